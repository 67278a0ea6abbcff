"""The gate: compare two environments, replay golden requests in both, and judge."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from shared.compare import checks
from shared.compare.report import Report, Severity, Snapshot, Undecided, ranked
from shared.parity import predictions, recorded, sources
from shared.parity.replay import kinds, run
from shared.parity.replay.clearing import cleared
from shared.parity.replay.judge import Judged
from shared.parity.replay.names import SERVERS
from shared.parity.replay.requests import Requests
from shared.parity.replay.run import Replayed
from shared.parity.replay.side import Side, stored
from shared.parity.replay.watch import Seen

Progress = Callable[[str], None]
NOTHING = Replayed(Judged([]), None)


def gate(a: str, b: str, model: Path | None, progress: Progress, python: Sequence[str] = ()) -> Report:
    """Compare two sources (`image:REF`, `container:ID`, `archive:PATH`, `file:PATH`).

    Args:
        model: a model folder whose golden requests are replayed in both.
        python: paths of the Python that serves: one for both, or one for each; it is looked for if there are none.

    Raises:
        ParityError: a source cannot be had; the question cannot be decided.
    """
    golden = None if model is None else recorded.golden(model)
    progress(f"snapshot of {a} and {b}" + (f", replay of {len(golden.requests)} golden requests" if golden else ""))
    with sources.opened(a, b, python=python) as sides, ThreadPoolExecutor(2) as both:
        left, right = both.map(lambda side: side.take(model), sides)
        if golden is None:
            return report(left, right, NOTHING)
        pairs = zip(sides, (left, right), strict=True)
        pair = [Side(side.name, side.environment, seen=_seen(taken)) for side, taken in pairs]
        return report(left, right, _modelled(left, right, golden, f"--model {model}", pair[0], pair[1]))


def gate_requests(a: str, b: str, requests: Requests, progress: Progress, python: Sequence[str] = ()) -> Report:
    """Compare two sources, and what they answer: through a program of theirs, or through their servers.

    Raises:
        ParityError: a source cannot be had, or is a file without answers; neither side answers.
    """
    progress(f"snapshot of {a} and {b}")
    with sources.opened(a, b, python=python) as opened:
        pair = [_side(source, requests) for source in opened]
        with ThreadPoolExecutor(2) as both:
            left, right = both.map(sources.Source.take, opened)
        return report(left, right, run.replay(requests, pair[0], pair[1], progress))


def report(a: Snapshot, b: Snapshot, replayed: Replayed) -> Report:
    """Run every check on two snapshots, and let the replay clear what it exercised."""
    findings, undecided = checks.run(a, b)
    judged, exercise = replayed.judged, replayed.exercise
    lacking: tuple[str, ...] = ()
    if exercise is not None:
        findings, lacking = cleared(findings, a, b, exercise)
    risky = any(finding.severity is Severity.RISK for finding in findings)
    return Report(
        a.name,
        b.name,
        ranked(judged.findings + findings),
        (*undecided, *judged.undecided),
        judged.requests,
        untried=_advice(a, b) if risky and not judged.measure else "",
        compared={side: taken.value("compared") or {} for side, taken in (("a", a), ("b", b))},
        measure=judged.measure,
        lacking=lacking,
    )


def _side(source: sources.Source, requests: Requests) -> Side:
    if source.environment is None:
        return stored(source.name, requests)
    return Side(source.name, source.environment)


def _seen(taken: Snapshot) -> Seen | None:
    """What was loaded and called while a model of ours answered."""
    loaded = taken.value("loaded")
    if loaded is None:
        return None
    packages: dict[str, Any] = taken.value("packages") or {}
    modules = {module for name in loaded for module in packages[name]["modules"]}
    called = {path: frozenset(lines) for path, lines in (taken.value("called") or {}).items()}
    return Seen(frozenset(modules), called)


def _modelled(a: Snapshot, b: Snapshot, golden: predictions.GoldenSet, asked: str, left: Side, right: Side) -> Replayed:
    """Of the answers that two snapshots hold."""
    stages = a.value("stages"), b.value("stages")
    if a.value("failure") or b.value("failure"):  # the check `model` tells it
        return Replayed(Judged([], measure={"asked": asked}), None)
    if not all(stages):
        missing = " and ".join(side.name for side, there in zip((a, b), stages, strict=True) if not there)
        remedy = "name images or containers; or take the snapshot with answers: parity snapshot SOURCE --model DIR"
        return _undecided(asked, f"there are no answers of {missing} to compare", remedy)
    models = a.value("model"), b.value("model")
    if models[0] != models[1]:
        reason = f"the answers are of models {models[0]} and {models[1]}"
        return _undecided(asked, reason, "take both snapshots with one --model")
    found = predictions.compare(golden, *stages)
    details = found[0].details if found else {}
    measure = {
        "asked": asked,
        "scorers": {name: side.value("scorer") for name, side in (("a", a), ("b", b)) if side.value("scorer")},
        "noise_floor": golden.noise_floor,
        "threshold": golden.threshold,
        "moved": details.get("beyond", 0),
        "flipped": details.get("flipped", 0) if golden.labelled else None,
    }
    judged = Judged(found, [], measure, scored=True, requests=len(golden.requests))
    held = kinds.kinds(golden.requests)
    return Replayed(judged, None if found else run.exercised(judged, held, left, right, served=False))


def _undecided(asked: str, reason: str, remedy: str) -> Replayed:
    return Replayed(Judged([], [Undecided("predictions", reason, remedy)], {"asked": asked}), None)


def _advice(a: Snapshot, b: Snapshot) -> str:
    """How answers could be compared; through the server where one is started."""
    names = {name for side in (a, b) for fact in ("servers", "imports") for name in side.value(fact) or ()}
    how = "--http 'POST /predict'" if names & SERVERS else "--predict COMMAND"
    return f"a replay, which shows whether any of this changes answers: --golden FILE {how}"
