"""Exchange parts of one environment for those of another: `between.py` pipes this file into containers of both.

A part is an entry of a fact, such as ["packages", "numpy"], ["code", "shared"], ["files", "rates.json"]; all of them
come as one JSON text, also variables, which are not exchanged here. `list` runs in the
environment that stays, and prints what the other must know of it; `pick` runs in the other, and keeps of the
parts what is not the same, in a volume; `exchange` runs in a container of the first with that volume, puts parts
in place, and becomes the program that follows. Bytecode goes with its source, for a stale one would be run instead.
"""

import contextlib
import csv
import functools
import hashlib
import importlib.metadata
import itertools
import json
import os
import re
import shutil
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

POOL = Path("/.parity-bisect")
PACKAGES = ("site-packages", "dist-packages")


def main() -> None:
    """Run one task."""
    task, given, *program = sys.argv[1:]
    if task == "list":
        print(json.dumps(listed(json.loads(given))))
    elif task == "pick":
        print(json.dumps(pick(json.loads(given), json.load(sys.stdin))))
    else:
        exchange(given)
        os.execv(sys.executable, [sys.executable, *program])  # noqa: S606  # the same Python, with no shell between


Part = Sequence[str]
"""The name of a fact, and of an entry in it."""


def listed(parts: Sequence[Part]) -> dict[str, Any]:
    """Of every part the files with their hashes, what is required, and the user."""
    return {
        "parts": [{"home": str(home), "files": _hashes(home, paths)} for home, paths in map(_part, parts)],
        "installed": _installed(parts),
        "user": [os.getuid(), os.getgid(), os.getgroups(), os.environ.get("HOME", "/")],
    }


def pick(named: Sequence[Part], base: dict[str, Any]) -> dict[str, Any]:
    """Keep what is not the same in the environment that stays; say which packages force others.

    Returns:
        `forced`, as the function of that name gives it, and `native`, the numbers of parts that hold machine code.
    """
    parts, native = [], []
    for number, (part, ours) in enumerate(zip(named, base["parts"], strict=True)):
        home, paths = _part(part)
        theirs = _hashes(home, paths)
        put = [path for path, digest in theirs.items() if ours["files"].get(path) != digest]
        for path in put:
            kept = POOL / str(number) / path
            _copy(home / path, kept)
            if not kept.is_symlink():
                kept.chmod(kept.stat().st_mode | 0o444)
        gone = [path for path in ours["files"] if path not in theirs]
        parts.append({"home": ours["home"], "gone": gone, "put": put})
        if any(".so" in Path(path).suffixes for path in theirs):
            native.append(number)
    (POOL / "parts.json").write_text(json.dumps({"parts": parts, "user": base["user"]}))
    return {"forced": forced(base["installed"], _installed(named)), "native": native}


def exchange(numbers: str) -> None:
    """Put the parts with these numbers, which commas part, in place, and go on as the image's user."""
    kept = json.loads((POOL / "parts.json").read_text())
    parts = [(number, kept["parts"][int(number)]) for number in numbers.split(",") if number]
    for _, part in parts:  # all before any: what was a folder of one may be shared by two
        for path in part["gone"]:
            _remove(Path(part["home"], path))
    for number, part in parts:
        for path in part["put"]:
            _copy(POOL / number / path, Path(part["home"], path))
    user, group, groups, os.environ["HOME"] = kept["user"]
    if os.getuid() == 0:
        os.setgroups(groups)
        os.setgid(group)
        os.setuid(user)


Installed = dict[str, tuple[str, list[str]]]
"""By distribution, its version and the lines of Requires-Dist."""


def forced(ours: Installed, theirs: Installed) -> dict[str, list[str]]:
    """For a distribution, those that must come from the other environment with it.

    Of `x`, what its new release requires and the old ones do not satisfy; and the packages whose
    old release requires less than a new `x`. What one environment violates by itself forces nothing.
    """
    try:
        from packaging.requirements import Requirement
    except ImportError:
        return {}  # then a set that does not fit shows itself when it is imported
    found: dict[str, set[str]] = {}
    for side, other in ((theirs, ours), (ours, theirs)):
        for name, (_, lines) in side.items():
            for required in map(Requirement, lines):
                needed = _normal(required.name)
                if required.marker and not required.marker.evaluate({"extra": ""}):
                    continue
                here, there = (
                    needed in installed and required.specifier.contains(installed[needed][0], prereleases=True)
                    for installed in (side, other)
                )
                if needed in {**ours, **theirs} and here and not there:
                    cause, effect = (name, needed) if side is theirs else (needed, name)
                    found.setdefault(cause, set()).add(effect)
    return {name: sorted(names) for name, names in sorted(found.items())}


def _installed(parts: Sequence[Part]) -> Installed:
    found: Installed = {}
    for name in (name for fact, name in parts if fact == "packages"):
        for distribution in _distributions().get(name, [])[:1]:  # the one that is imported
            found[name] = (distribution.version, distribution.requires or [])
    return found


def _part(part: Part) -> tuple[Path, list[str]]:
    """The folder that a part lies in, or would, and its files below."""
    fact, name = part
    here = Path.cwd()
    if fact == "variables":
        return here, []
    if fact in ("packages", "loose", "startup"):
        found = _package(name) if fact == "packages" else _entry(name, fact == "startup")
        return found or (Path(next((entry for entry in sys.path if Path(entry).name in PACKAGES), sys.path[-1])), [])
    paths = _below(here, [name])
    return here, paths if fact == "files" else [path for path in paths if path.endswith((".py", ".pyc"))]


def _entry(name: str, startup: bool) -> tuple[Path, list[str]] | None:
    """A module, or a file that runs at the start, that no distribution installed."""
    pattern = re.escape(name) + ("" if startup else r"(\..*(py|so))?")
    for folder in map(Path, sys.path):
        if folder.is_dir() and (startup or folder.name in PACKAGES):
            tops = [path.name for path in sorted(folder.iterdir()) if re.fullmatch(pattern, path.name)]
            if tops:
                return folder, _below(folder, tops)
    return None


def _package(name: str) -> tuple[Path, list[str]] | None:
    """All folders that it has for itself, whatever lies in them, and its files in those that it shares."""
    distributions = _distributions().get(name, [])
    if not distributions:
        return None
    found = []
    for file in itertools.chain.from_iterable(map(_files, distributions)):
        top = file.split("/")[0]
        if top != "..":
            found.append(top if _owners()[top] == {name} and top != "__pycache__" else file)
    folder = Path(str(distributions[0].locate_file("")))
    return folder, _below(folder, found)


@functools.cache
def _distributions() -> dict[str, list[importlib.metadata.Distribution]]:
    found: dict[str, list[importlib.metadata.Distribution]] = {}
    for distribution in importlib.metadata.distributions():
        found.setdefault(_normal(distribution.metadata["Name"] or ""), []).append(distribution)
    return found


@functools.cache
def _owners() -> dict[str, set[str]]:
    owners: dict[str, set[str]] = {}
    for name, distributions in _distributions().items():
        for file in itertools.chain.from_iterable(map(_files, distributions)):
            owners.setdefault(file.split("/")[0], set()).add(name)
    return owners


def _files(distribution: importlib.metadata.Distribution) -> list[str]:
    record = distribution.read_text("RECORD")
    if record:
        return [row[0] for row in csv.reader(record.splitlines()) if row]
    return [str(file) for file in distribution.files or ()]


def _below(folder: Path, names: Iterable[str]) -> list[str]:
    """Of files and folders there, those that exist: the files with their bytecode, and all files in the folders."""
    found: dict[Path, None] = {}
    for path in (folder / name for name in dict.fromkeys(names)):
        if path.is_dir():
            found |= {Path(where, name): None for where, _, inside in os.walk(path) for name in inside}
        elif path.exists():
            found |= dict.fromkeys([path, *_bytecode(path)])
    return [str(path.relative_to(folder)) for path in found]


def _bytecode(path: Path) -> list[Path]:
    return sorted((path.parent / "__pycache__").glob(f"{path.stem}.*.pyc")) if path.suffix == ".py" else []


def _hashes(folder: Path, paths: Sequence[str]) -> dict[str, str]:
    with ThreadPoolExecutor(4) as readers:  # reading thousands of files is what takes time
        return dict(zip(paths, readers.map(_hash, (folder / path for path in paths)), strict=True))


def _hash(path: Path) -> str:
    if path.is_symlink():
        return f"-> {path.readlink()}"
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _copy(source: Path, target: Path) -> None:
    _folder(target.parent)
    target.unlink(missing_ok=True)
    shutil.copy2(source, target, follow_symlinks=False)


@functools.cache
def _folder(path: Path) -> None:
    path.mkdir(parents=True, exist_ok=True)


def _remove(path: Path) -> None:
    """With folders that become empty, for Python would import them."""
    path.unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # it is not empty
        for parent in path.parents:
            parent.rmdir()


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    main()
