"""What a snapshot looked at, and what it did not see."""

from __future__ import annotations

import os
import platform
import re
import sys
from typing import Any

from . import masks
from .code import items
from .context import Context, Fact, printable
from .distributions import distributions
from .entry import entry, modules
from .files import left_out, wanted
from .filesystem import walked
from .imports import servers
from .lacks import importable
from .models import places
from .places import roots


def command(context: Context) -> list[str]:
    """Arguments of what serves, without secrets."""
    words = " ".join(printable(word) for word in context.command).split(" ")
    if not context.command:
        return []
    masked = masks.masked(" ".join(words)).split(" ")
    return masked if len(masked) == len(words) else [masks.NOT_RECORDED]


def scripts(context: Context) -> list[str]:
    """Statements of shell that run before what serves, or beside it, without secrets."""
    return [masks.masked(printable(line)) for line in context.scripts]


def compared(context: Context) -> dict[str, Any]:
    """Counts of what was compared, where it lies, and what was not seen with the reason."""
    code, files, rest = items(context), wanted(context), left_out(context)
    not_seen = [
        {"item": folder, "reason": "the gate's own files lie there", "files": None, "bytes": None}
        for folder in context.hidden
    ]
    not_seen += [
        {"item": volume, "reason": "a volume: what it holds where it runs", "files": None, "bytes": None}
        for volume in context.volumes
    ]
    if rest["files"]:
        reason = f"not read whole; the largest is {rest['largest']}"
        not_seen.append({"item": "large files", "reason": reason, "files": rest["files"], "bytes": rest["bytes"]})
    not_seen += [
        {"item": one["item"], "reason": one["problem"], "files": None, "bytes": None} for one in context.problems
    ]
    there = walked(context)[1] if context.walk else []
    return {
        "python": {"executable": sys.executable, "version": platform.python_version(), "found": context.found or None},
        "packages": len({one.name for one in distributions(context)}),
        "code": {
            "files": len(code),
            "bytes": sum(item.size for item in code),
            "folders": [printable(root) for root in roots(context)],
        },
        "files": {
            "files": len(files),
            "bytes": sum(item.size for item in files),
            "places": [printable(place) for place in places(context)],
        },
        "rest": {"files": len(there), "bytes": sum(size for _, size in there)} if context.walk else None,
        "entry": {"installed": _installed(context), "missing": printable(missing(context)) or None},
        "not_seen": not_seen,
    }


def _installed(context: Context) -> bool:
    """Whether what the command starts is compared with the packages or, as text of `-c`, with the command."""
    started = entry(context)
    if started.text:
        return True
    names = {name.split(".")[0] for name in modules(started)} | {started.program.replace("-", "_")}
    return bool(names & {module for one in distributions(context) for module in one.modules})


def missing(context: Context) -> str:
    """A script or module that the command starts, and that was not found; "" if there is none."""
    started = entry(context)
    if started.script and not os.path.exists(started.script):
        return started.script
    wanted = [started.module] if started.module else []
    if servers(context):
        wanted += [
            word.partition(":")[0] for word in started.words if re.fullmatch(r"[A-Za-z_][\w.]*:[A-Za-z_].*", word)
        ]
    keys = {re.sub(r"(/__init__|/__main__)?\.pyc?$", "", item.key).replace("/", ".") for item in items(context)}
    for name in wanted:
        there = any(key == name or key.endswith("." + name) or key.startswith(name + ".") for key in keys)
        if not there and not importable(name):
            return name
    return ""


FACTS = (
    Fact("command", "what serves, as it was resolved; secrets are masked", command),
    Fact("scripts", "statements of shell that run before what serves, or beside it", scripts),
    Fact("compared", "counts of all that", compared),
)
