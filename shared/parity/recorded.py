"""What a model folder holds to replay: its golden requests with their answers, and held-out windows."""

import json
from pathlib import Path
from typing import Any

from shared.parity.predictions import GoldenSet
from shared.passport import damaged, read


def golden(model: Path) -> GoldenSet:
    """What a replay of its golden requests is judged by.

    Raises:
        PassportError: the passport cannot be read, or has no golden requests.
    """
    passport = read(model)
    try:
        recorded = passport["golden"]
        requests, floor = list(recorded["requests"]), float(recorded["noise_floor"])
        if not requests or len(requests) != len(recorded["scores"]) or not 0 <= floor < 1:
            raise ValueError("expected golden requests with an answer each, and a noise floor from 0 to 1")
        return GoldenSet(requests, floor, float(passport["threshold"]))
    except (KeyError, TypeError, ValueError) as error:
        raise damaged(model, error) from error


def windows(model: Path) -> list[list[dict[str, Any]]]:
    """The windows of held-out rows that lie beside a passport; none if it names none.

    Raises:
        PassportError: one cannot be read.
    """
    names = [name for name in read(model).get("files", {}) if name.startswith("window-")]
    try:
        return [json.loads((model / name).read_text(encoding="utf-8"))["instances"] for name in names]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise damaged(model, error) from error
