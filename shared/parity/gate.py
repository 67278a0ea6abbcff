"""The gate: compare two environments, replay golden requests in both, and judge."""

import dataclasses
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from shared.errors import ParityError
from shared.parity import checks, predictions, sources
from shared.parity.report import Report, Snapshot, Undecided, proven_harmless, ranked


def compare(a: Snapshot, b: Snapshot, golden: predictions.Golden | None = None) -> Report:
    """Run every check on two snapshots; with `golden`, also on the answers that they hold.

    Findings that a replay proves harmless become notes.
    """
    findings, undecided = checks.run(a, b)
    replayed = 0
    stages = a.value("stages"), b.value("stages")
    if golden is not None and all(stages):
        moved = predictions.compare(golden, *stages)
        replayed = len(golden.requests)
        findings = moved + (findings if moved else proven_harmless(findings, replayed))
    elif golden is not None and not (a.value("failure") or b.value("failure")):
        undecided.append(Undecided("predictions", "no answers to compare", "name images or containers, not files"))
    return Report(a.name, b.name, ranked(findings), tuple(undecided), replayed)


def gate(a: str, b: str, model: Path | None, progress: Callable[[str], None]) -> Report:
    """Compare two sources (`image:REF`, `container:ID`, `file:PATH`).

    Args:
        model: a model folder whose golden requests are replayed in both.

    Raises:
        ParityError: a source cannot be had; the question cannot be decided.
    """
    with ThreadPoolExecutor(2) as both:
        progress(f"snapshot of {a} and {b}")
        left, right = both.map(sources.take, (a, b))
        if model is None:
            return compare(left, right)
        golden = read_golden(model)
        progress(f"replay of {len(golden.requests)} golden requests in both")
        left, right = both.map(lambda side: _replayed(side, model), (left, right))
    return compare(left, right, golden)


def read_golden(model: Path) -> predictions.Golden:
    """Golden requests, noise floor and threshold from a model's passport.

    Raises:
        ParityError: there is no passport.
    """
    try:
        passport = json.loads((model / "manifest.json").read_text())
        return predictions.Golden(
            passport["golden"]["requests"], passport["golden"]["noise_floor"], passport["threshold"]
        )
    except (OSError, ValueError, KeyError) as error:
        raise ParityError(
            f"{model} holds no model with a passport",
            evidence=f"{type(error).__name__}: {error}",
            remedy="name a folder of models, such as artifacts/models/current; make dev trains one",
        ) from error


def _replayed(side: Snapshot, model: Path) -> Snapshot:
    environment = sources.environment(side.name)
    if environment is None:
        return side
    how = {"how": "replay of the golden requests"}
    facts: dict[str, Any] = {
        name: {"value": value, **how} for name, value in sources.docker.answer(environment, model).items()
    }
    return dataclasses.replace(side, facts={**side.facts, **facts})
