"""The project's .env, which Compose reads: our lines are set, a user's own are kept."""

import os
from collections.abc import Mapping
from pathlib import Path


def merge(text: str, values: Mapping[str, str]) -> str:
    """Set `NAME=value` lines in place, or at the end; every other line stays as it is."""
    left = dict(values)
    lines = []
    for line in text.splitlines():
        name = line.partition("=")[0].strip()
        if name not in values:
            lines.append(line)
        elif name in left:
            lines.append(f"{name}={left.pop(name)}")
    lines += [f"{name}={value}" for name, value in left.items()]
    return "".join(f"{line}\n" for line in lines)


def read(path: Path) -> dict[str, str]:
    """What a .env file sets; nothing if there is none."""
    lines = path.read_text().splitlines() if path.exists() else []
    pairs = (line.partition("=") for line in lines)
    return {name.strip(): value.strip().strip("'\"") for name, equals, value in pairs if equals}


def write(path: Path, values: Mapping[str, str]) -> None:
    """Merge values into a .env file; a reader sees the old file or the new one, never half."""
    old = path.read_text() if path.exists() else ""
    new = merge(old, values)
    if new != old:
        _replace(path, new)


def unset(path: Path, names: frozenset[str]) -> None:
    """Take our lines out; the file goes too if nothing of the user's is left in it."""
    if not path.exists():
        return
    lines = [line for line in path.read_text().splitlines() if line.partition("=")[0].strip() not in names]
    if lines:
        _replace(path, "".join(f"{line}\n" for line in lines))
    else:
        path.unlink()


def _replace(path: Path, text: str) -> None:
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.write_text(text)
    fresh.replace(path)
