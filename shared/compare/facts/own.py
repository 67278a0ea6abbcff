"""Code of the service's own that is installed: packages that its command starts or that were built from a folder.

What such a package says counts as what the code says: the variables it reads, the paths and files that it names.
"""

from __future__ import annotations

import os
import re
import sys
from typing import Iterator

from . import reading
from .context import Context, once
from .distributions import Distribution, distributions
from .entry import SERVERS, entry, modules
from .places import roots, within

MAX_FILES = 300
"""Of a package; larger ones are published."""
MAX_BYTES = 1 << 20
IMPORTED = re.compile(rb"^[ \t]*(?:from|import)[ \t]+(\w+)", re.MULTILINE)


@once
def own(context: Context) -> list[Distribution]:
    """Packages that the command starts, and those that were built from what is nobody else's."""
    started = entry(context)
    names = {name.split(".")[0] for name in modules(started)}
    if os.path.isfile(started.script) and not started.script.endswith(".py"):
        names |= set(map(os.fsdecode, IMPORTED.findall(reading.data(context, started.script, MAX_BYTES))))
    return [
        one
        for one in distributions(context)
        if (not SERVERS.intersection(one.modules) and names.intersection(one.modules)) or one.unpublished(context)
    ]


def own_files(context: Context) -> Iterator[tuple[str, str]]:
    """Key and path of each file of code in them, and of modules that lie beside packages."""
    for one in own(context):
        if len(one.files) <= MAX_FILES:
            yield from ((name, os.path.join(one.folder, name)) for name in one.files if name.endswith((".py", ".pyc")))
    for folder, name in beside(context):
        path = os.path.join(folder, name)
        there = [path] if os.path.isfile(path) else _below(path)
        if len(there) <= MAX_FILES:
            yield from ((os.path.relpath(one, folder), one) for one in there if one.endswith(".py"))


@once
def beside(context: Context) -> list[tuple[str, str]]:
    """Folder and name of modules, and of folders of anything else, beside packages, that no distribution installed."""
    owned = {module for distribution in distributions(context) for module in distribution.modules}
    owned |= {"sitecustomize", "usercustomize", "__pycache__", "_distutils_hack"}
    recorded = {name.partition("/")[0] for distribution in distributions(context) for name in distribution.recorded}
    return [
        (folder, name)
        for folder in _of_packages(context)
        for name in reading.names(folder)
        if name.partition(".")[0] not in owned
        and name not in recorded
        and not re.search(r"\.(dist|egg)-info$|\.egg(-link)?$|\.pth$|^~", name)
    ]


def _of_packages(context: Context) -> list[str]:
    """Folders of packages on the path: those of Python, and others that something was installed into."""
    installed = {one.folder for one in distributions(context)}
    return [
        folder
        for folder in dict.fromkeys(sys.path)
        if folder.endswith(("site-packages", "dist-packages"))
        or (folder in installed and not any(within(os.path.realpath(folder), root) for root in roots(context)))
    ]


def _below(folder: str) -> list[str]:
    return sorted(os.path.join(where, name) for where, _, names in os.walk(folder) for name in names)
