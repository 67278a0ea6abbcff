"""What a model folder holds to replay: its golden requests with their answers, and held-out windows."""

import json
import math
from pathlib import Path
from typing import Any

from shared.parity import target
from shared.parity.predictions import GoldenSet
from shared.parity.target import Target
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
        if not requests or len(requests) != len(recorded["scores"]) or not 0 <= floor < math.inf:
            raise ValueError("expected golden requests with an answer each, and a noise floor of 0 or more")
        known = target.read(passport)
        threshold = float(passport["threshold"]) if known.kind == "binary" else None
        return GoldenSet(requests, floor, threshold, largest=known.kind == "multiclass", unit=known.unit)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise damaged(model, error) from error


def predicted(model: Path) -> Target:
    """What the model predicts.

    Raises:
        PassportError: the passport cannot be read, or does not say.
    """
    try:
        return target.read(read(model))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
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
