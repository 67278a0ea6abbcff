"""The rest of the file system: other Python environments, models that nothing points to, a list of all else."""

from __future__ import annotations

import base64
import os
import re
import sys
import zlib
from typing import Any, Iterator

from . import reading
from .code import items
from .context import Context, Fact, once, printable
from .distributions import normal
from .files import wanted
from .places import artifacts, within
from .pointers import mentioned

SKIPPED = (
    "/proc",
    "/sys",
    "/dev",
    "/run",
    "/var/run",
    "/tmp",
    "/var/tmp",
    "/var/log",
    "/var/cache",
    "/var/lib/apt/lists",
)
MAX_FILES = 400_000
ROOT = "/"

MODELS = re.compile(
    r".*\.(pkl|pickle|joblib|sav|onnx|pmml|pt|pth|ckpt|safetensors|gguf|h5|hdf5|keras|pb|tflite|skops|cbm|ubj|model|npy|npz"
    r"|parquet|feather|arrow|mar|bst|lgb|xgb|pkl\.\w+|joblib\.\w+)",
    re.IGNORECASE,
)
"""Files that are models or tables by their ending."""


@once
def walked(context: Context) -> tuple[list[str], list[tuple[str, int]]]:
    """Folders of Python environments, and files outside of them that no other fact covers, with sizes."""
    environments: list[str] = []
    files: list[tuple[str, int]] = []
    covered = {item.path for item in [*items(context), *wanted(context)]}
    skipped = {*SKIPPED, *context.ours, *artifacts(context), *(str(mount["target"]) for mount in context.mounts)}
    folders = [ROOT]
    while folders and len(files) < MAX_FILES:
        folder = folders.pop()
        try:
            entries = list(os.scandir(folder))
        except OSError as error:
            context.problem(folder, error)
            continue
        if any(entry.name in ("pyvenv.cfg", "conda-meta") for entry in entries):
            environments.append(folder)
        for entry in entries:
            try:
                if entry.is_symlink():
                    continue
                if entry.is_dir():
                    if entry.name in ("site-packages", "dist-packages"):
                        environments.append(entry.path)
                    elif entry.path not in skipped and entry.name != "__pycache__":
                        folders.append(entry.path)
                elif entry.is_file() and entry.path not in covered:
                    files.append((entry.path, entry.stat().st_size))
            except OSError as error:
                context.problem(entry.path, error)
    return environments, files


def environments(context: Context) -> dict[str, Any] | None:
    """By folder of packages: version of Python, packages with versions, and whether it is one that serves."""
    if not context.walk:
        return None
    found: dict[str, Any] = {}
    own = {os.path.realpath(folder) for folder in sys.path}
    for folder in walked(context)[0]:
        inner = list(_packages(folder)) if not folder.endswith("-packages") else [folder]
        for place in inner:
            found.setdefault(
                printable(place),
                {"python": _version(place), "packages": _installed(place), "serving": os.path.realpath(place) in own},
            )
    return dict(sorted(found.items()))


def _packages(prefix: str) -> Iterator[str]:
    for library in ("lib", "lib64"):
        for name in reading.names(os.path.join(prefix, library)):
            place = os.path.join(prefix, library, name, "site-packages")
            if (
                name.startswith(("python", "pypy"))
                and os.path.isdir(place)
                and not os.path.islink(os.path.join(prefix, library))
            ):
                yield place


def _version(place: str) -> str | None:
    match = re.search(r"/(?:python|pypy)(\d[\d.]*)/", place + "/")
    return match[1] if match else None


def _installed(place: str) -> dict[str, str]:
    found = {}
    for name in reading.names(place):
        match = re.fullmatch(r"([^~-][^-]*)-([^-]+?)(-py[\d.]+.*)?\.(dist|egg)-info", name)
        if match:
            found[normal(printable(match[1]))] = printable(match[2])
    return found


def elsewhere(context: Context) -> dict[str, str] | None:
    """Models and tables by path, and files of which code knows the name."""
    if not context.walk:
        return None
    system = ("/usr", "/lib", "/lib64", "/etc", "/var/lib", "/nix")
    names = mentioned(context)
    there = [
        path
        for path, _ in walked(context)[1]
        if (MODELS.fullmatch(path) or os.path.basename(path) in names) and not any(within(path, top) for top in system)
    ]
    return {printable(path): reading.content(path).hex() or "cannot be read" for path in sorted(there)}


def rest(context: Context) -> dict[str, Any] | None:
    """How many other files there are, their bytes, and a compressed list of paths and sizes."""
    if not context.walk:
        return None
    files = sorted(walked(context)[1])
    lines = "\n".join(f"{size} {printable(path)!r}" for path, size in files)
    packed = base64.b85encode(zlib.compress(lines.encode("utf-8", "replace"), 6)).decode()
    return {"files": len(files), "bytes": sum(size for _, size in files), "list": packed}


FACTS = (
    Fact("environments", "the file system: pyvenv.cfg, conda-meta, site-packages, dist-packages", environments),
    Fact("elsewhere", "the file system: SHA-256 of models and tables that nothing found points to", elsewhere),
    Fact("rest", "the file system: path and size of all other files", rest),
)
