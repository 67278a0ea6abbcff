"""Where the project's own files lie: folders of code, and places of models."""

from __future__ import annotations

import os
import re
import sys
from typing import Callable, Iterator, NamedTuple

from . import reading
from .context import Context, once, printable
from .distributions import distributions
from .entry import entry

LEFT_OUT = re.compile(
    r"__pycache__|(site|dist)-packages|node_modules|tests?|python\d.*|\.(git|hg|svn|github|gitlab|vscode|idea|tox|nox|venv|eggs"
    r"|cache|local|config|ssh|gnupg|aws|azure|kube|docker|npm|cargo|rustup|conda|jupyter|ipython|ipynb_checkpoints|dvc"
    r"|(my)?py_cache|\w+_cache|pki|java|gradle|m2|terraform|vscode-server)"
)
"""Folders of installations, of tests, and of tools."""

SYSTEM = {
    *("bin", "boot", "dev", "etc", "home", "lib", "lib32", "lib64", "libx32", "lost+found", "media", "mnt", "nix"),
    *("opt", "proc", "root", "run", "sbin", "srv", "sys", "tmp", "usr", "var"),
}
"""Top folders of the Filesystem Hierarchy Standard (and Nix)."""

PROGRAMS = re.compile(r"/(usr/|usr/local/|opt/conda/)?s?bin")
SHALLOW = re.compile(r"/|/(usr|etc|var|run|lib\w*)|/usr/(local|lib|share)(/lib|/share)?|/var/lib")
"""Folders of the system: of what they hold only the files at the top can be the project's."""

MAX_FILES = 200_000


class Item(NamedTuple):
    """A file of the project.

    Attributes:
        key: path below its folder of code, whatever that is called; absolute in a place of models.
        path: where it is.
        size: in bytes.
    """

    key: str
    path: str
    size: int


@once
def roots(context: Context) -> list[str]:
    """Folders of code: the working folder, those of the command, of PYTHONPATH, .pth files and editable installs."""
    found = [context.folder, *entry(context).folders]
    added = [folder for folder in sys.path if folder and os.path.isdir(folder) and not _standard(folder)]
    added += filter(os.path.isdir, context.variables.get("PYTHONPATH", "").split(os.pathsep))
    found += [folder for folder in added if not _of_packages(folder)]
    found += [folder for _, folder in (one.origin(context) for one in distributions(context)) if folder]
    kept: list[str] = []
    for root in sorted(
        {os.path.realpath(root) for root in found if os.path.isdir(root)}, key=lambda root: (len(root), root)
    ):
        covered = any(within(root, above) and not SHALLOW.fullmatch(above) for above in kept)
        if not covered and not programs(root) and not any(within(root, folder) for folder in context.ours):
            kept.append(root)
    return sorted(kept, key=lambda root: bool(SHALLOW.fullmatch(root)))


def within(path: str, folder: str) -> bool:
    """Whether a path is a folder or below it."""
    return (path.rstrip("/") + "/").startswith(folder.rstrip("/") + "/")


def _standard(folder: str) -> bool:
    standard = os.path.dirname(os.path.realpath(os.__file__))
    return within(os.path.realpath(folder), standard) or folder.endswith("-packages")


def programs(folder: str) -> bool:
    """Whether programs of the system or of an environment lie there: one of them is no reason to look at all."""
    return bool(PROGRAMS.fullmatch(folder)) or any(name.startswith("python3") for name in reading.names(folder))


def _of_packages(folder: str) -> bool:
    """Whether packages were installed into it: then it is compared with them."""
    return any(name.endswith(".dist-info") for name in reading.names(folder))


@once
def walk(context: Context) -> list[Item]:
    """Files of the project in folders of code; linked folders once."""
    found: list[Item] = []
    seen: set[tuple[int, int]] = set()
    packages = {(one.folder, module) for one in distributions(context) for module in one.modules}
    for root in roots(context):
        for path, size in below(context, root, seen):
            key = os.path.relpath(path, root)
            if (root, key.split("/")[0].split(".")[0]) not in packages:
                found.append(Item(key, path, size))
    script = entry(context).script
    if (
        script
        and os.path.isfile(script)
        and not _generated(context, script)
        and script not in {one.path for one in found}
    ):
        found.append(Item(os.path.basename(script), script, os.path.getsize(script)))
    return found


def by_key(found: list[Item], content: Callable[[Item], str]) -> dict[str, str]:
    """Contents by file; two of one name in two folders have one hash, in which the one that is imported comes first."""
    kept: dict[str, str] = {}
    for item in _in_order(found):
        key, text = printable(item.key), content(item)
        kept[key] = reading.sha256((kept[key] + text).encode()) if key in kept else text
    return dict(sorted(kept.items()))


def _in_order(found: list[Item]) -> list[Item]:
    """Files in the order in which Python looks into their folders; first those that it does not look for."""
    places = [os.path.realpath(folder) for folder in sys.path]
    first = {folder: number for number, folder in reversed(list(enumerate(places)))}
    return sorted(found, key=lambda item: first.get(item.path[: -len(item.key) - 1], -1))


def _generated(context: Context, script: str) -> bool:
    """Whether what the command starts is the console script of a package, which an installer wrote."""
    name = re.escape(os.path.basename(script))
    return programs(os.path.dirname(script)) and any(
        re.search(rf"^{name}\s*=", one.read("entry_points.txt") or "", re.MULTILINE) for one in distributions(context)
    )


def below(context: Context, root: str, seen: set[tuple[int, int]]) -> Iterator[tuple[str, int]]:
    """Regular files below a folder, with sizes; each folder once."""
    folders = [root]
    while folders and len(seen) < MAX_FILES:
        folder = folders.pop()
        try:
            state = os.stat(folder)
            children = sorted(os.scandir(folder), key=lambda child: child.name)
        except OSError as error:
            context.problem(folder, error)
            continue
        if (state.st_dev, state.st_ino) in seen:
            continue
        seen.add((state.st_dev, state.st_ino))
        if folder != root and any(child.name in ("pyvenv.cfg", "conda-meta") for child in children):
            continue  # a Python environment
        inner = []
        for child in children:
            try:
                if child.is_file():
                    yield child.path, child.stat().st_size
                elif child.is_dir() and _project(context, root, folder, child):
                    inner.append(child.path)
            except OSError as error:
                context.problem(child.path, error)
        folders += reversed(inner)


def _project(context: Context, root: str, folder: str, child: os.DirEntry[str]) -> bool:
    """Whether a folder in a folder is the project's."""
    if LEFT_OUT.fullmatch(child.name) or (folder == "/" and child.name in SYSTEM):
        return False
    if root != "/" and SHALLOW.fullmatch(root):
        return False
    path = os.path.realpath(child.path)
    if SHALLOW.fullmatch(path) or path.split("/")[1] in ("proc", "sys", "dev"):
        return False
    return not any(within(path, hidden) for hidden in (*context.ours, *artifacts(context)))


def artifacts(context: Context) -> list[str]:
    """The folder of models of ours, which is compared by what is current in it; it fills with logs."""
    ours = "PARITY_ARTIFACTS" in context.variables or "PARITY_REVISION" in context.variables
    return [context.variables.get("PARITY_ARTIFACTS", "/artifacts")] if ours else []
