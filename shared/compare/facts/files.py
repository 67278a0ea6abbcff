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
from .entry import entry
from .models import distant
from .places import Item, by_key, walk, within
from .pointers import OF_PROJECTS, folders, mentioned

MAX_BYTES = 4 << 30
MAX_FILES = 20_000
SAMPLE = 1 << 20  # bytes, at both ends of a file that is not read whole

NOT_READ = re.compile(
    r"(.*/)?(\.env(\..*)?|\.DS_Store|\.dockerenv|\.[a-z]*history|.*\.(pyc|pyo|pid|lock|sock|swp|log))|(.*/)?run/secrets/.*"
    r"|(.*/)?(counter|histogram|summary|gauge_\w+)_\d+\.db"
)
"""Compared elsewhere (.env, as settings), private, or written by whatever runs, as by prometheus_client."""


DOCUMENTS = re.compile(r".*\.(md|rst|ipynb|svg|png|jpe?g|gif|pdf)", re.IGNORECASE)
PAGES = re.compile(
    r".*\.(css|js|map|html?|ico|woff2?|pyi|typed|c|cc|cpp|h|hpp|pyx|pxd|rs|pem|crt|cer|key|p12|pfx|jks)"
    r"|.*(credential|secret|service[-_]?account).*|(build|version|revision|commit)[-_.].*|\..*|.*[-_.]lock(\.\w+)?",
    re.IGNORECASE,
)
"""What browsers read, sources of compiled code, keys, and what says how something was built."""
OF_PAGES = {"static", "assets", "public", "www", "htdocs", "templates"}
"""Folders of what browsers read."""
READ_BY = {"poe": {"pyproject.toml"}, "hatch": {"pyproject.toml"}, "task": {"pyproject.toml"}, "honcho": {"Procfile"}}
"""Files of tools that decide what is run, by the program that the command starts."""


@once
def files(context: Context) -> dict[str, str]:
    """By path; of a file beyond what may be read, a hash of its size and both ends, after `partly:`."""
    contents: dict[str, str] = {}
    whole = 0
    for number, item in enumerate(sorted(wanted(context), key=lambda item: (item.size, item.key))):
        whole += item.size
        within_limits = number < MAX_FILES and whole <= MAX_BYTES
        content = reading.content(item.path).hex() if within_limits else "partly:" + _ends(item)
        contents[item.path] = content or "cannot be read"
    return by_key(wanted(context), lambda item: contents[item.path])


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
    """Files of which code knows the name; and of those that by custom are for people, in folders that it knows."""
    names = mentioned(context) | READ_BY.get(entry(context).program, set())
    return sorted(
        printable(item.key)
        for item in wanted(context)
        if os.path.basename(item.path) in names or _is_searched(context, item)
    )


def _is_searched(context: Context, item: Item) -> bool:
    """Whether code looks through the folder of a document, a picture or an example, or for its ending."""
    *parts, name = item.key.split("/")
    known = folders(context) - OF_PAGES
    document = DOCUMENTS.fullmatch(name)
    if OF_PROJECTS.match(name) or PAGES.fullmatch(name):
        return False
    return not known.isdisjoint(parts) or bool(document and os.path.splitext(name)[1] in known)


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
