"""The Python itself, and what runs in it before the program."""

from __future__ import annotations

import os
import platform
import re
import sys
import sysconfig
from typing import Any

from . import reading
from .context import Context, Fact


def python(context: Context) -> dict[str, Any]:
    """Version, build and flags."""
    return {
        "version": platform.python_version(),
        "implementation": platform.python_implementation(),
        "abi": sysconfig.get_config_var("SOABI"),
        "build": " ".join(platform.python_build()),
        "compiler": platform.python_compiler(),
        "executable": sys.executable,
        "utf8_mode": sys.flags.utf8_mode,
        "optimize": sys.flags.optimize,
        "hash_randomization": sys.flags.hash_randomization,
        "hash_seed": context.variables.get("PYTHONHASHSEED", "random"),
        "gil": getattr(sys, "_is_gil_enabled", lambda: True)(),
    }


def startup(context: Context) -> dict[str, str]:
    """Files that run code when Python starts."""
    found: dict[str, str] = {}
    for folder in filter(os.path.isdir, sys.path):
        for name in reading.names(folder):
            if name in ("sitecustomize.py", "usercustomize.py") or name.endswith(".pth"):
                text = reading.text(os.path.join(folder, name)) or ""
                runs = not name.endswith(".pth") or re.search(r"^import[ \t]", text, re.MULTILINE)
                if runs and not re.match(r"distutils-precedence|_virtualenv|__editable__", name):
                    found.setdefault(name, reading.sha256(text.encode()))
    return dict(sorted(found.items()))


FACTS = (
    Fact("python", "sys, platform, sysconfig", python),
    Fact(
        "startup", "folders of sys.path: SHA-256 of sitecustomize, usercustomize and .pth files that run code", startup
    ),
)
