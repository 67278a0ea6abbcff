"""Are the answers of two sides alike? The noise floor is measured there and then: the first side is asked twice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from shared.compare.report import Finding, Undecided
from shared.parity import predictions
from shared.parity.replay import answers, shape
from shared.parity.replay.answers import Answer
from shared.parity.replay.requests import Requests, RequestsError

MAX_NOISE = 0.01
"""Of a column's range. Where one side's own answers move more than that, the other's are not judged."""
REMEDY = "make both sides the same"


@dataclass(frozen=True)
class Judged:
    """What the answers show.

    Attributes:
        findings: what differs.
        undecided: why nothing is decided.
        measure: how it was judged, for the report.
        scored: whether answers have numbers that are not whole.
        requests: how many answers were compared.
        golden: what they were judged by.
    """

    findings: list[Finding]
    undecided: list[Undecided] = field(default_factory=list)
    measure: dict[str, Any] = field(default_factory=dict)
    scored: bool = False
    requests: int = 0
    golden: predictions.GoldenSet | None = None


def judge(
    requests: Requests, name: str, first: Sequence[Answer], again: Sequence[Answer], other: Sequence[Answer]
) -> Judged:
    """Compare value by value, then the shapes of answers whose values are alike.

    Args:
        name: of the side that was asked twice.

    Raises:
        RequestsError: there is no field of the name that a user gave.
    """
    flat = [[answers.flat(answer) for answer in side] for side in (first, again, other)]
    columns = list(dict.fromkeys(column for side in flat for row in side for column in row))
    ours, twice, theirs = (answers.table(columns, side) for side in flat)
    resolution = answers.resolution([*ours, *theirs])
    tolerance = requests.rules.tolerance
    unsteady = list(_unsteady(columns, ours, twice, max(resolution, tolerance or 0.0)))
    if unsteady:
        reason = f"{name} does not answer alike when it is asked twice: {', '.join(unsteady)}"
        remedy = "leave out of the answers what changes by itself, and fix seeds"
        return Judged([], [Undecided("predictions", reason, remedy)])
    noise = max((abs(one - two) for one, two in _numbers(ours, twice)), default=0.0)
    floor = noise + resolution if tolerance is None else max(tolerance, noise)
    golden = _golden(requests, columns, ours, floor)
    sides = ({"answer": {"columns": columns, "rows": rows}} for rows in (ours, theirs))
    found = [replace(finding, remedy=REMEDY) for finding in predictions.compare(golden, *sides)]
    alike = [row for row in range(len(ours)) if _alike(ours[row], theirs[row], floor)]
    details = found[0].details if found else {}
    measure = {
        "asked": requests.options,
        "noise_floor": floor,
        "tolerance": tolerance,
        "threshold": requests.rules.threshold,
        "label": requests.rules.label,
        "labels": sorted(golden.labels),
        "moved": details.get("beyond", 0),
        "flipped": details.get("flipped", 0) if golden.labelled else None,
    }
    found += shape.compare(first, other, alike)
    return Judged(found, [], measure, answers.fractions(ours), len(ours), golden)


def _golden(
    requests: Requests, columns: Sequence[str], rows: Sequence[Sequence[Any]], floor: float
) -> predictions.GoldenSet:
    rules = requests.rules
    if rules.label is None:
        labels = answers.labels(columns, rows) if rules.threshold is None else frozenset[str]()
        return predictions.GoldenSet(requests.values, floor, rules.threshold, labels)
    chosen = answers.named(columns, rules.label)
    if not chosen:
        raise RequestsError(
            f"no answer has a field {rules.label}",
            evidence=f"the answers have {', '.join(columns[:12])}",
            remedy="name one of them: --label FIELD",
        )
    if rules.threshold is None:
        return predictions.GoldenSet(requests.values, floor, None, chosen)
    return predictions.GoldenSet(requests.values, floor, rules.threshold, scores=chosen)


def _alike(one: Sequence[Any], other: Sequence[Any], floor: float) -> bool:
    return all(predictions.distance(x, y) <= floor for x, y in zip(one, other, strict=True))


def _numbers(ours: Sequence[Sequence[Any]], theirs: Sequence[Sequence[Any]]) -> Iterator[tuple[float, float]]:
    for rows in zip(ours, theirs, strict=True):
        for one, other in zip(*rows, strict=True):
            if isinstance(one, float) and isinstance(other, float) and one == one and other == other:
                yield one, other


def _unsteady(
    columns: Sequence[str], ours: Sequence[Sequence[Any]], again: Sequence[Sequence[Any]], resolution: float
) -> Iterator[str]:
    """Columns in which two runs of one side differ by more than noise."""
    for number, name in enumerate(columns):
        pairs = [(row[number], other[number]) for row, other in zip(ours, again, strict=True)]
        numbers = [(one, two) for one, two in pairs if isinstance(one, float) and isinstance(two, float)]
        values = [one for one, _ in numbers if one == one]
        allowed = resolution + MAX_NOISE * (max(values) - min(values) if values else 0)
        if any(not predictions.distance(*pair) <= (allowed if pair in numbers else 0) for pair in pairs):
            yield name
