"""The model of ours that is current in an image or a container."""

from __future__ import annotations

import json
import os
from typing import Any

from . import reading
from .context import Context, Fact


def served(context: Context) -> dict[str, Any] | None:
    """Its version, and SHA-256 of its files; None if there is none.

    Raises:
        OSError, ValueError, KeyError: its manifest cannot be read.
    """
    folder = os.path.join(context.variables.get("PARITY_ARTIFACTS", "/artifacts"), "models", "current")
    try:
        names = sorted(os.listdir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return None
    with open(os.path.join(folder, "manifest.json"), encoding="utf-8") as file:
        version = json.load(file)["version"]
    return {"version": version, "files": {name: reading.content(os.path.join(folder, name)).hex() for name in names}}


FACTS = (Fact("served", "PARITY_ARTIFACTS/models/current: version, and SHA-256 of each file", served),)
