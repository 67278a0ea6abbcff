"""Exchange parts of one environment for those of another, inside a container: `bench.py` pipes this file in.

A part is what the gate's checks name: `packages: numpy`, `code: shared`, `files: rates.json`. `pack` runs in
the other environment and writes its parts as a tar archive; `prepare` runs on the bench as root, keeps these and
the bench's own, and prints which must be exchanged together; `compose` puts the parts that it is told in place.
Bytecode goes with its source, for a stale one would be run instead of it.
"""

import csv
import functools
import importlib.metadata
import io
import json
import os
import re
import shutil
import sys
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

POOL = Path("/.parity-bisect")  # beside the packages, not in /tmp: hard links need one file system
MARK = b"\n--- parts ---\n"  # what Python prints of itself at its start comes before
PACKAGES = ("site-packages", "dist-packages")
Parts = list[tuple[str | None, list[str]]]
"""For each part, the folder that it lies in, None if it is not there, and its paths below."""


def main() -> None:
    """Run one task."""
    task, *told = sys.argv[1:]
    {"pack": pack, "prepare": prepare, "compose": compose}[task](told)


def pack(names: Sequence[str]) -> None:
    """Write the parts to standard output."""
    parts = [_part(name) for name in names]
    sys.stdout.buffer.write(MARK)
    with tarfile.open(fileobj=sys.stdout.buffer, mode="w|") as archive:
        listed = json.dumps(parts).encode()
        info = tarfile.TarInfo("paths.json")
        info.size = len(listed)
        archive.addfile(info, io.BytesIO(listed))
        for number, (folder, paths) in enumerate(parts):
            for path in paths:
                archive.add(Path(folder or "", path), f"{number}/{path}", filter=_readable)


def prepare(names: Sequence[str]) -> None:
    """Keep the bench's parts, and those on standard input; print `forced` and `native`, by name."""
    seen = b""
    while not seen.endswith(MARK):
        byte = sys.stdin.buffer.read(1)
        if not byte:
            sys.exit("the other environment gave no parts")
        seen += byte
    with tarfile.open(fileobj=sys.stdin.buffer, mode="r|") as archive:
        # Trusted as much as the image is: it is unpacked in a container of its own, without network.
        archive.extractall(POOL / "b", filter="fully_trusted")  # noqa: S202
    theirs: Parts = json.loads((POOL / "b" / "paths.json").read_text())
    ours = [_part(name) for name in names]
    for number, (folder, paths) in enumerate(ours):
        for path in paths:
            _put(Path(folder or "", path), POOL / "a" / str(number) / path)
    homes = [str(folder or _home(name)) for name, (folder, _) in zip(names, ours, strict=True)]
    parts = {"homes": homes, "a": [paths for _, paths in ours], "b": [paths for _, paths in theirs]}
    (POOL / "parts.json").write_text(json.dumps(parts))
    native = [name for number, name in enumerate(names) if any((POOL / "b" / str(number)).rglob("*.so*"))]
    print(json.dumps({"forced": forced(*_installed(names)), "native": native}))


def compose(numbers: Sequence[str]) -> None:
    """Put the other environment's parts of these numbers in place, and the bench's own for the rest."""
    parts, state = json.loads((POOL / "parts.json").read_text()), POOL / "taken.json"
    taken, before = set(map(int, numbers)), set(json.loads(state.read_text()) if state.exists() else ())
    exchanged = _touched(parts, taken ^ before)
    for number in exchanged:
        for path in (*parts["a"][number], *parts["b"][number]):
            _remove(Path(parts["homes"][number], path))
    for number in exchanged:
        side = "b" if number in taken else "a"
        for path in parts[side][number]:
            _put(POOL / side / str(number) / path, Path(parts["homes"][number], path))
    state.write_text(json.dumps(sorted(taken)))


def _touched(parts: dict[str, Any], changed: set[int]) -> set[int]:
    """Those, and what shares a folder with them: a whole folder of one side holds files of two on the other."""
    tops = [
        {Path(home, path.split("/")[0]) for path in (*ours, *theirs)}
        for home, ours, theirs in zip(parts["homes"], parts["a"], parts["b"], strict=True)
    ]
    while True:
        folders = set().union(*(tops[number] for number in changed))
        wider = changed | {number for number, own in enumerate(tops) if own & folders}
        if wider == changed:
            return changed
        changed = wider


Installed = dict[str, tuple[str, list[str]]]
"""By part, its version and the lines of Requires-Dist."""


def forced(ours: Installed, theirs: Installed) -> dict[str, list[str]]:
    """For each part, those that must come from the other environment with it.

    Of `packages: x`, what its new release requires and the old ones do not satisfy; and the packages whose
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
                needed = f"packages: {_normal(required.name)}"
                if required.marker and not required.marker.evaluate({"extra": ""}):
                    continue
                here, there = (
                    needed in each and required.specifier.contains(each[needed][0], prereleases=True)
                    for each in (side, other)
                )
                if needed in {**ours, **theirs} and here and not there:
                    cause, effect = (name, needed) if side is theirs else (needed, name)
                    found.setdefault(cause, set()).add(effect)
    return {name: sorted(names) for name, names in sorted(found.items())}


def _installed(names: Sequence[str]) -> tuple[Installed, Installed]:
    sides: tuple[Installed, Installed] = ({}, {})
    for side, kept in zip(("a", "b"), sides, strict=True):
        for number, name in enumerate(names):
            for distribution in importlib.metadata.distributions(path=[str(POOL / side / str(number))]):
                kept[name] = (distribution.version, distribution.requires or [])
    return sides


def _part(name: str) -> tuple[str | None, list[str]]:
    check, _, subject = name.partition(": ")
    if check == "packages" and subject.endswith((" (loose)", " (startup)")):
        return _entry(subject.partition(" (")[0], subject.endswith("(startup)"))
    if check == "packages":
        return _package(subject)
    here = Path.cwd()
    wanted = [here / subject, *(here / subject).rglob("*")] if check == "code" else [here / subject]
    paths = [path for path in wanted if path.is_file() and (check == "files" or path.suffix in (".py", ".pyc"))]
    return str(here), [str(each.relative_to(here)) for path in paths for each in (path, *_bytecode(path))]


def _entry(name: str, startup: bool) -> tuple[str | None, list[str]]:
    """A module, or a file that runs at the start, that no distribution installed."""
    for folder in map(Path, sys.path):
        if startup:
            found = [path for path in [folder / name] if path.is_file()]
        elif folder.name in PACKAGES and folder.is_dir():
            found = [
                path for path in folder.iterdir() if path.name == name or re.fullmatch(rf"{name}\..*(py|so)", path.name)
            ]
        else:
            found = []
        if found:
            return str(folder), [str(each.relative_to(folder)) for path in found for each in (path, *_bytecode(path))]
    return None, []


def _package(name: str) -> tuple[str | None, list[str]]:
    """All folders that it has for itself, whatever lies in them, and its files in those that it shares."""
    folder, paths = None, []
    for distribution in _named(name):
        folder = folder or str(distribution.locate_file(""))
        for file in _files(distribution):
            top = file.split("/")[0]
            whole = _owners()[top] == {name} and top != "__pycache__"
            path = Path(folder, top if whole else file)
            if path.exists() and top != "..":
                paths += [str(each.relative_to(folder)) for each in (path, *_bytecode(path))]
    return folder, list(dict.fromkeys(paths))


def _named(name: str) -> Iterator[importlib.metadata.Distribution]:
    return (each for each in importlib.metadata.distributions() if _normal(each.metadata["Name"] or "") == name)


@functools.lru_cache
def _owners() -> dict[str, set[str]]:
    owners: dict[str, set[str]] = {}
    for distribution in importlib.metadata.distributions():
        for file in _files(distribution):
            owners.setdefault(file.split("/")[0], set()).add(_normal(distribution.metadata["Name"] or ""))
    return owners


def _files(distribution: importlib.metadata.Distribution) -> list[str]:
    record = distribution.read_text("RECORD")
    if record:
        return [row[0] for row in csv.reader(record.splitlines()) if row]
    return [str(file) for file in distribution.files or ()]


def _bytecode(path: Path) -> list[Path]:
    return sorted((path.parent / "__pycache__").glob(f"{path.stem}.*.pyc")) if path.suffix == ".py" else []


def _home(name: str) -> str:
    """Where the bench would look for a part that it has not."""
    if name.startswith("packages: "):
        return next((each for each in sys.path if Path(each).name in PACKAGES), sys.path[-1])
    return str(Path.cwd())


def _put(source: Path, target: Path) -> None:
    """Hard links, which cost no time, or copies."""
    if source.is_dir() and not source.is_symlink():
        target.mkdir(parents=True, exist_ok=True)
        for path in source.iterdir():
            _put(path, target / path.name)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    _remove(target)
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target, follow_symlinks=False)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _readable(info: tarfile.TarInfo) -> tarfile.TarInfo:
    info.mode |= 0o555 if info.isdir() else 0o444
    return info


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    main()
