"""Files that the code may read, whatever their ending: settings, tables, queries, models; and what is mounted."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from typing import Any

from . import reading
from .code import items
from .context import Context, Fact, once, printable
from .models import distant
from .places import Item, walk, within
from .pointers import mentioned

MAX_BYTES = 4 << 30
MAX_FILES = 20_000
SAMPLE = 1 << 20  # bytes, at both ends of a file that is not read whole

NOT_READ = re.compile(
    r"(.*/)?(\.env(\..*)?|\.DS_Store|\.dockerenv|\.[a-z]*history|.*\.(pyc|pyo|pid|lock|sock|swp|log))|(.*/)?run/secrets/.*"
    r"|(.*/)?(counter|histogram|summary|gauge_\w+)_\d+\.db"
)
"""Compared elsewhere (.env, as settings), private, or written by whatever runs, as by prometheus_client."""


@once
def files(context: Context) -> dict[str, str]:
    """By path; of a file beyond what may be read, a hash of its size and both ends, after `partly:`."""
    found: dict[str, str] = {}
    whole = 0
    for number, item in enumerate(sorted(wanted(context), key=lambda item: (item.size, item.key))):
        whole += item.size
        within_limits = number < MAX_FILES and whole <= MAX_BYTES
        content = reading.content(item.path).hex() if within_limits else "partly:" + _ends(item)
        key = printable(item.key)
        found[key] = reading.sha256((found[key] + content).encode()) if key in found else content or "cannot be read"
    return dict(sorted(found.items()))


@once
def wanted(context: Context) -> list[Item]:
    """Files that are no code."""
    code = {item.path for item in items(context)}
    return [
        item
        for item in [*walk(context), *distant(context)]
        if item.path not in code and (not NOT_READ.fullmatch(item.path) or _is_mentioned(context, item.path))
    ]


def _is_mentioned(context: Context, path: str) -> bool:
    name = os.path.basename(path)
    return name in mentioned(context) and not name.startswith(".env")


def named(context: Context) -> list[str]:
    """Files of which code knows the name."""
    return sorted(printable(item.key) for item in wanted(context) if os.path.basename(item.path) in mentioned(context))


def left_out(context: Context) -> dict[str, Any]:
    """What was not read whole: how many files, how many bytes, and the largest of them."""
    ordered = sorted(wanted(context), key=lambda item: (item.size, item.key))
    whole = 0
    for number, item in enumerate(ordered):
        whole += item.size
        if number >= MAX_FILES or whole > MAX_BYTES:
            rest = ordered[number:]
            return {"files": len(rest), "bytes": sum(item.size for item in rest), "largest": printable(rest[-1].key)}
    return {"files": 0, "bytes": 0, "largest": None}


def _ends(item: Item) -> str:
    digest = hashlib.sha256(str(item.size).encode())
    try:
        with open(item.path, "rb") as file:
            digest.update(file.read(SAMPLE))
            file.seek(-min(SAMPLE, item.size), os.SEEK_END)
            digest.update(file.read(SAMPLE))
    except OSError:
        return "cannot be read"
    return digest.hexdigest()


def mounts(context: Context) -> dict[str, Any]:
    """Of a container, by where it is: kind, whether it is read-only, and how much is in it."""
    found = {}
    for mount in context.mounts:
        target = str(mount.get("target"))
        there = [item for item in wanted(context) if within(item.path, os.path.realpath(target))]
        found[target] = {
            "kind": mount.get("kind"),
            "read_only": bool(mount.get("read_only")),
            "files": len(there),
            "bytes": sum(item.size for item in there),
            "is_file": _is_file(target),
        }
    return found


def _is_file(path: str) -> bool:
    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except OSError:
        return False


FACTS = (
    Fact(
        "files", "SHA-256 of all other files beside the code, and of places of models: settings, tables, weights", files
    ),
    Fact("mentioned", "those of them whose names stand in quotes in the code", named),
    Fact(
        "left_out",
        f"files of that which were not read whole: more than {MAX_FILES} files or {MAX_BYTES >> 30} GiB",
        left_out,
    ),
)
MOUNTED = (Fact("mounts", "docker container inspect: what is mounted; its files are among the files", mounts),)
