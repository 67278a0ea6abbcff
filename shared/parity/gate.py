"""The gate: compare two environments, replay golden requests in both, and judge."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from shared.compare import checks, predictions
from shared.compare.report import Finding, Report, Snapshot, Undecided, proven_harmless, ranked
from shared.parity import foreign, recorded, sources


def compare(a: Snapshot, b: Snapshot, golden: predictions.Golden | None = None) -> Report:
    """Run every check on two snapshots; with `golden`, also on the answers that they hold.

    Findings that a replay proves harmless become notes.
    """
    stages = a.value("stages"), b.value("stages")
    if golden is None:
        return _report(a, b)
    if a.value("failure") or b.value("failure"):  # the check `model` tells it
        return _report(a, b)
    if not all(stages):
        missing = " and ".join(side.name for side, there in zip((a, b), stages, strict=True) if not there)
        remedy = "name images or containers; or take the snapshot with answers: parity snapshot SOURCE --model DIR"
        return _report(a, b, [], [Undecided("predictions", f"there are no answers of {missing} to compare", remedy)])
    models = a.value("model"), b.value("model")
    if models[0] != models[1]:
        remedy = "take both snapshots with one --model"
        return _report(
            a, b, [], [Undecided("predictions", f"the answers are of models {models[0]} and {models[1]}", remedy)]
        )
    return _report(a, b, predictions.compare(golden, *stages), [], len(golden.requests))


def gate(a: str, b: str, model: Path | None, progress: Callable[[str], None]) -> Report:
    """Compare two sources (`image:REF`, `container:ID`, `archive:PATH`, `file:PATH`).

    Args:
        model: a model folder whose golden requests are replayed in both.

    Raises:
        ParityError: a source cannot be had; the question cannot be decided.
    """
    golden = None if model is None else recorded.golden(model)
    progress(f"snapshot of {a} and {b}" + (f", replay of {len(golden.requests)} golden requests" if golden else ""))
    with sources.opened(a, b) as sides, ThreadPoolExecutor(2) as both:
        left, right = both.map(lambda side: side.take(model), sides)
    return compare(left, right, golden)


def gate_command(a: str, b: str, command: foreign.Command, progress: Callable[[str], None]) -> Report:
    """Compare two sources that are not ours, and what a command answers in both.

    Raises:
        ParityError: a source cannot be had, is a file, or does not answer.
    """
    progress(f"snapshot of {a} and {b}")
    with sources.opened(a, b) as sides:
        ours, theirs = (side.environment for side in sides)
        if ours is None or theirs is None:
            raise sources.SourceError(
                "a file cannot answer requests",
                evidence=f"{a}, {b} and --predict",
                remedy="name images or containers, or leave out --predict",
            )
        with ThreadPoolExecutor(2) as both:
            left, right = both.map(sources.Source.take, sides)
        moved, undecided = foreign.replay(command, ours, theirs, progress)
    return _report(left, right, moved, undecided, 0 if undecided else len(command.requests))


def _report(
    a: Snapshot,
    b: Snapshot,
    moved: list[Finding] | None = None,
    undecided: list[Undecided] | None = None,
    replayed: int = 0,
) -> Report:
    findings, crashed = checks.run(a, b)
    if replayed and not moved:
        findings = proven_harmless(findings, replayed)
    return Report(a.name, b.name, ranked((moved or []) + findings), tuple(crashed + (undecided or [])), replayed)
