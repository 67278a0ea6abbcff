"""Installed packages down to their files, and what no list of them shows."""

from __future__ import annotations

import hashlib
import os
import sys
from typing import Any, Iterable

from . import reading
from .context import Context, Fact, once
from .distributions import UNUSED, Distribution, distributions
from .own import beside
from .undeclared import undeclared


@once
def packages(context: Context) -> dict[str, Any]:
    """By name: version, SHA-256 over the files, origin, modules, requirements."""
    first: dict[str, Distribution] = {}  # of duplicates, the one that is imported
    for distribution in distributions(context):
        first.setdefault(distribution.name, distribution)
    also = undeclared(context)
    return {name: _package(context, one, also.get(name, set())) for name, one in sorted(first.items())}


def _package(context: Context, distribution: Distribution, also: set[str]) -> dict[str, Any]:
    contents = [distribution.content(name) for name in distribution.files]
    digest = hashlib.sha256()
    for name, content in zip(distribution.files, contents):
        digest.update(os.fsencode(name) + b"\0" + content)
    return {
        "version": distribution.version,
        "sha256": digest.hexdigest(),
        "missing_files": contents.count(b""),
        "source": distribution.origin(context)[0],
        "location": distribution.folder,
        "modules": distribution.modules,
        "requires": sorted({*distribution.requires, *also}),
    }


def duplicates(context: Context) -> dict[str, list[str]]:
    """Distributions that are there more than once, with versions and places."""
    seen: dict[str, list[str]] = {}
    for distribution in distributions(context):
        place = f"{distribution.version} in {distribution.folder}"
        places = seen.setdefault(distribution.name, [])
        if place not in places:
            places.append(place)
    return {name: places for name, places in sorted(seen.items()) if len(places) > 1}


def shadowed(context: Context) -> dict[str, str]:
    """Modules that are hidden, and by what."""
    here = os.path.realpath(context.folder)
    path = [here] + [os.path.realpath(folder) for folder in sys.path if folder and os.path.isdir(folder)]
    standard: Iterable[str] = getattr(sys, "stdlib_module_names", ())
    homes = [(os.path.dirname(os.path.realpath(os.__file__)), standard)]
    homes += [(os.path.realpath(one.folder), one.modules) for one in distributions(context)]
    importable: dict[str, set[str]] = {}
    hidden = {}
    for home, modules in homes:
        for folder in path[: path.index(home)] if home in path else path:
            if folder not in importable:
                importable[folder] = _importable(folder)
            for module in set(modules) & (importable[folder] if folder != home else set()):
                hidden[module] = "by one in " + ("the working folder" if folder == here else folder)
    return dict(sorted(hidden.items()))


def _importable(folder: str) -> set[str]:
    """Modules of Python code in a folder."""
    return {
        entry.partition(".")[0]
        for entry in reading.names(folder)
        if entry.endswith(".py") or os.path.isfile(os.path.join(folder, entry, "__init__.py"))
    }


def loose(context: Context) -> dict[str, str]:
    """Modules, and folders of anything else, beside installed packages that no distribution installed."""
    found: dict[str, str] = {}
    for folder, entry in beside(context):
        paths = _code_files(os.path.join(folder, entry))
        if paths:
            found.setdefault(entry.partition(".")[0], reading.sha256(b"".join(map(reading.content, paths))))
    return found


def added(context: Context) -> dict[str, str]:
    """Files in folders of packages that no installer recorded, such as a model that was put there, by folder."""
    recorded: set[str] = set()
    folders: dict[str, str] = {}
    whole: set[str] = set()  # of these, all that lies there counts as theirs
    for one in distributions(context):
        recorded.update(os.path.join(one.folder, name) for name in one.recorded)
        for name in one.files:
            top, slash, _ = name.partition("/")
            if slash and not top.startswith("."):
                folders[os.path.join(one.folder, top)] = top
                whole |= set() if one.recorded else {os.path.join(one.folder, top)}
    found: dict[str, str] = {}
    for folder, top in sorted(folders.items()):
        if folder not in whole:
            paths = [
                path
                for path in _files_below(folder)
                if path not in recorded and not UNUSED.search(path[len(folder) + 1 :])
            ]
            if paths:
                contents = [os.fsencode(path[len(folder) :]) + b"\0" + reading.content(path) for path in paths]
                found.setdefault(top, reading.sha256(b"".join(contents)))
    return found


def _files_below(folder: str) -> list[str]:
    """All but byte code."""
    found: list[str] = []
    for where, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        found += [os.path.join(where, name) for name in names if not name.endswith((".pyc", ".pyo"))]
    return sorted(found)


def _code_files(path: str) -> list[str]:
    walked = [os.path.join(where, name) for where, _, names in os.walk(path) for name in names]
    paths = set([path] if os.path.isfile(path) else walked)
    return sorted(name for name in paths if not (name.endswith(".pyc") and "__pycache__" in name))


FACTS = (
    Fact("packages", "metadata on sys.path; SHA-256 of the files that RECORD names, as they are now", packages),
    Fact("duplicates", "metadata on sys.path: a distribution that it holds more than once", duplicates),
    Fact(
        "shadowed", "folders of sys.path: an installed or standard module that another of the same name hides", shadowed
    ),
    Fact("loose", "folders of installed packages: SHA-256 of modules there that no distribution installed", loose),
)

ADDED = (Fact("added", "folders of packages: SHA-256 of files there that no installer recorded", added),)
