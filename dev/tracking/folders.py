"""Model folders that are whole, and which one is published."""

import hashlib
from collections.abc import Container
from pathlib import Path
from typing import Any

from shared import passport

CURRENT = "current"  # shared/artifact.py has the same


def whole(models: Path, besides: Container[str] = ()) -> list[dict[str, Any]]:
    """The passports of all models that are there with every file that they name, oldest first.

    Training puts a folder in place whole; one that is copied here is written bit by bit.

    Args:
        besides: versions that are not looked at.
    """
    found = (_read(path.parent) for path in models.glob("[!.]*/manifest.json") if path.parent.name not in besides)
    return sorted((each for each in found if each), key=lambda each: (each["created"], each["version"]))


def published(models: Path) -> str | None:
    """The version that is current."""
    current = models / CURRENT
    return current.readlink().name if current.is_symlink() else None


def _read(folder: Path) -> dict[str, Any] | None:
    try:
        found = passport.read(folder)
        same = all(_sha256(folder / name) == file["sha256"] for name, file in found["files"].items())
        return found if same and found["version"] == folder.name else None
    except (passport.PassportError, OSError, KeyError):
        return None


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
