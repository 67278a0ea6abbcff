"""Model folders that are whole, and which one is published."""

import hashlib
from collections.abc import Container
from pathlib import Path
from typing import Any

from shared import passport


def whole(models: Path, besides: Container[str] = ()) -> list[dict[str, Any]]:
    """The passports of all models whose files are all there, oldest first.

    Training puts whole folders in place, but one that is copied here grows file by file.

    Args:
        besides: versions to skip.
    """
    found = (
        _read(path.parent) for path in models.glob(f"[!.]*/{passport.MANIFEST}") if path.parent.name not in besides
    )
    return sorted(filter(None, found), key=lambda model: (model["created"], model["version"]))


def published(models: Path) -> str | None:
    """The current version."""
    current = models / passport.CURRENT
    return current.readlink().name if current.is_symlink() else None


def _read(folder: Path) -> dict[str, Any] | None:
    try:
        content = passport.read(folder)
        same = all(_sha256(folder / name) == file["sha256"] for name, file in content["files"].items())
        return content if same and content["version"] == folder.name else None
    except (passport.PassportError, OSError, KeyError):
        return None


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
