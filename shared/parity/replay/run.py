"""Replay golden requests on two sides, and say what the answers show, and what they clear."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from difflib import SequenceMatcher

from shared.compare.report import Finding, Severity, Undecided
from shared.parity.predictions import plural
from shared.parity.replay import judge, kinds
from shared.parity.replay.clearing import Exercise
from shared.parity.replay.judge import Judged
from shared.parity.replay.requests import Requests
from shared.parity.replay.side import Function, Functions, Side
from shared.parity.replay.watch import Seen

TIMEOUT = "ran for more than"


@dataclass(frozen=True)
class Replayed:
    """What a replay found.

    Attributes:
        exercise: what it ran through; None where it does not clear anything.
    """

    judged: Judged
    exercise: Exercise | None


def replay(requests: Requests, a: Side, b: Side, progress: Callable[[str], None]) -> Replayed:
    """Ask both, the first twice, and compare.

    Raises:
        ParityError: neither side answers.
    """
    asked = plural(len(requests.texts), "request")
    progress(f"replay of {asked}, twice in {a.name} and once in {b.name}")
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda pair: pair[0].ask(requests, pair[1]), ((a, 2), (b, 1))))
    if a.failure and b.failure:
        raise a.failure
    if a.failure or b.failure:
        return Replayed(_one_fails(a, b, requests), None)
    judged = judge.judge(requests, a.name, a.runs[0], a.runs[-1], b.runs[0])
    if judged.findings or judged.undecided:
        return Replayed(judged, None)
    return Replayed(judged, exercised(judged, kinds.kinds(requests.values), a, b, served=bool(requests.http)))


def exercised(judged: Judged, held: kinds.Kinds, a: Side, b: Side, served: bool) -> Exercise:
    """What two sides ran through while they answered alike."""
    return Exercise(
        judged.requests,
        (a.seen, b.seen),
        served=served,
        beyond_ascii=held.beyond_ascii,
        text=bool(held.text),
        scored=judged.scored,
        times=lambda: kinds.unreached(held, kinds.changed(a.offsets(), b.offsets())),
        unreached=lambda finding: unreached(finding, a, b),
    )


def _one_fails(a: Side, b: Side, requests: Requests) -> Judged:
    error = a.failure or b.failure
    if error is None:
        raise ValueError("no side failed")
    failed = a if a.failure else b
    measure = {"asked": requests.options, "failed": failed.name}
    if TIMEOUT in error.evidence:  # a machine that is busy is no difference
        reason = f"{error.what}: {error.evidence}"
        return Judged([], [Undecided("predictions", reason, error.remedy)], measure)
    ours, theirs = (side.failure.what if side.failure else "answers" for side in (a, b))
    finding = Finding(
        "predictions",
        "one side answers the golden requests, the other does not",
        ours,
        theirs,
        Severity.BREAKS,
        error.evidence,
        error.remedy,
        effect=1.0,
        details={"failed": failed.name, "evidence": error.evidence},
    )
    return Judged([finding], [], measure)


def unreached(finding: Finding, a: Side, b: Side) -> list[str] | None:
    """Functions of a file or folder of code that differ and were not called; None if nothing of it ran."""
    subject = finding.subject
    if a.seen is None or b.seen is None:
        return None
    ours, theirs = (_below(subject, side.functions()) for side in (a, b))
    if not ours and not theirs:
        return None
    files = finding.details.get("files", ())
    missing = [path for path in files if path not in ours and path not in theirs]  # byte code, an archive
    for path, name in sorted({*_names(ours), *_names(theirs)}):
        pair = [side.get(path, ("", {}))[1].get(name) for side in (ours, theirs)]
        if pair[0] and pair[1] and pair[0][1] == pair[1][1]:
            continue
        for side, found, seen in ((ours, pair[0], a.seen), (theirs, pair[1], b.seen)):
            if found and not _ran(side[path][0], name, found[0], seen):
                missing.append(f"{name or 'the code'} in {path}")
                break
            other = (pair[1] if found is pair[0] else pair[0]) if found else None
            skipped = _skipped(side[path][0], found, other, seen) if found and other else None
            if skipped:
                missing.append(f"line {skipped} of {path}")
                break
    return list(dict.fromkeys(missing))


def _skipped(path: str, function: Function, other: Function, seen: Seen) -> int | None:
    """The first line of a statement that the other side does not have, and that did not run."""
    if seen.lines is None or len(function) < 3 or len(other) < 3:
        return None
    ours, theirs = function[2], other[2]
    matcher = SequenceMatcher(None, [one[2] for one in ours], [one[2] for one in theirs], autojunk=False)
    ran = seen.lines.get(path, frozenset())
    for kind, start, end, _, _ in matcher.get_opcodes():
        for first, last, _ in ours[start:end] if kind != "equal" else ():
            if ran.isdisjoint(range(first, last + 1)):
                return int(first)
    return None


Files = Mapping[str, tuple[str, Mapping[str, Function]]]
"""By path from the subject on: the path in the environment, and the functions."""


def _below(subject: str, functions: Functions) -> Files:
    found = {}
    for path, named in functions.items():
        at = f"{path}/".find(f"/{subject.strip('/')}/")
        if at >= 0:
            found[path[at + 1 :]] = (path, named)
    return found


def _names(files: Files) -> set[tuple[str, str]]:
    return {(path, name) for path, (_, named) in files.items() for name in named}


def _ran(path: str, name: str, line: int, seen: Seen) -> bool:
    lines = seen.code.get(path, frozenset())
    return (line if name else 0) in lines
