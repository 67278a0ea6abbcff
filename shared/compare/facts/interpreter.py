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

NOT_STANDARD = re.compile(
    r"__pycache__|(site|dist)-packages|tests?|idlelib|tkinter|turtle(demo|\.py)|ensurepip|lib2to3|pydoc(_data|\.py)|venv"
    r"|config-.*|_sysconfig(data|_vars).*|_tkinter.*|(site|user)customize\.py"
)
"""What is left out of small images, says how Python was built, or is compared by itself."""


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


def standard(context: Context) -> dict[str, str]:
    """SHA-256 of the modules of the standard library, by name."""
    home = os.path.dirname(os.path.realpath(os.__file__))
    found = {}
    for name in reading.names(home):
        path = os.path.join(home, name)
        inside = [path] if os.path.isfile(path) else _below(path)
        if not NOT_STANDARD.fullmatch(name) and any(one.endswith((".py", ".so")) for one in inside):
            contents = [reading.content(one) for one in inside if one.endswith((".py", ".so"))]
            found[name] = reading.sha256(b"".join(contents))
    return found


def _below(folder: str) -> list[str]:
    """Files of a package."""
    found: list[str] = []
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not NOT_STANDARD.fullmatch(name))
        found += [os.path.join(where, name) for name in sorted(names)]
    return found


FACTS = (
    Fact("python", "sys, platform, sysconfig", python),
    Fact(
        "startup", "folders of sys.path: SHA-256 of sitecustomize, usercustomize and .pth files that run code", startup
    ),
)

STANDARD = (Fact("standard", "folder of os: SHA-256 of the modules of the standard library, by name", standard),)
"""Of a process that trains it is that of the image."""
