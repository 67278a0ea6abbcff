"""Do both sides answer golden requests alike?

The proof that the other checks only hint at: the same requests, through the code that
serves, on both sides. An answer counts as moved when it differs by more than the noise
floor, which was measured when the answers were recorded. The first stage (features, encoded
matrix, raw score, probability) in which something moved tells where it went wrong. Labels that
flip are counted where answers have labels: a score with a threshold, the largest of several, or a field that is one.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.compare.report import Finding, Severity
from shared.parity.target import largest

WORST = 3
MAX_REQUEST = 120
MISSING = "(missing)"
"""Stands for a field that an answer does not have."""
REMEDY = "make both sides the same, or train again in the image that serves"


@dataclass(frozen=True)
class GoldenSet:
    """What a replay is judged by.

    Attributes:
        requests: JSON values, in the order of the answers.
        noise_floor: largest difference that does not count.
        threshold: from here on the label of a score is positive; None where no score decides.
        labels: columns of the answer that are labels themselves.
        scores: columns of the answer that the threshold turns into labels; all of them if none is named.
        largest: whether the label of an answer is its largest number.
        unit: of the numbers.
    """

    requests: Sequence[Any]
    noise_floor: float
    threshold: float | None
    labels: frozenset[str] = frozenset()
    scores: frozenset[str] = frozenset()
    largest: bool = False
    unit: str = ""

    @property
    def labelled(self) -> bool:
        """Whether answers have labels that could flip."""
        return self.threshold is not None or self.largest or bool(self.labels)


def compare(golden: GoldenSet, ours: dict[str, Any], theirs: dict[str, Any]) -> list[Finding]:
    """Compare the stages of two replays.

    Args:
        ours, theirs: by stage, `columns` and `rows` as `answer.py` gives them; the last stage
            is the answer.

    Returns:
        no finding, or one.
    """
    last = list(ours)[-1]
    if last not in theirs or list(ours) != list(theirs):
        return [_unlike("stages of the replay", ", ".join(ours), ", ".join(theirs))]
    answers = ours[last]["rows"], theirs[last]["rows"]
    counts = [len(rows) for rows in answers]
    if counts != [len(golden.requests)] * 2:
        return [_unlike(f"answers to {len(golden.requests)} golden requests", f"{counts[0]} rows", f"{counts[1]} rows")]
    columns = ours[last]["columns"]
    moved = [_largest(one, other) for one, other in zip(*answers, strict=True)]
    beyond = [
        row
        for row, (apart, *pair) in enumerate(zip(moved, *answers, strict=True))
        if apart > golden.noise_floor or _relabelled(golden, columns, *pair)
    ]
    if not beyond:
        return []
    flipped = [row for row in beyond if _flips(golden, columns, answers[0][row], answers[1][row])]
    decided = golden.threshold is not None or golden.largest or flipped
    counted, what = (flipped, "labels flip") if decided else (beyond, "answers moved")
    worst = sorted(beyond, key=lambda row: -moved[row])[:WORST]
    where = _first_difference(golden, ours, theirs)
    return [
        Finding(
            "predictions",
            f"{len(counted)} of {len(moved)} golden {what}",
            *_shown(answers, worst),
            Severity.BREAKS,
            f"{_extent(golden, [moved[row] for row in beyond], sum(moved) / len(moved))}; {where}",
            REMEDY,
            effect=len(counted) / len(moved),
            details={
                "flipped": len(flipped) if golden.labelled else None,
                "beyond": len(beyond),
                "rows": len(moved),
                "largest": _finite(max(moved)),
                "mean": _finite(sum(moved) / len(moved)),
                "noise_floor": golden.noise_floor,
                "where": where,
                "worst": [
                    {"request": golden.requests[row], "a": answers[0][row], "b": answers[1][row]} for row in worst
                ],
            },
        )
    ]


def plural(count: int, noun: str) -> str:
    """A count with its noun."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _extent(golden: GoldenSet, beyond: Sequence[float], mean: float) -> str:
    """How many answers moved, and how far where that can be measured."""
    distances = [distance for distance in beyond if math.isfinite(distance)]
    unit = f" {golden.unit}" if golden.unit else ""
    extent = f"{plural(len(beyond), 'answer')} moved beyond the noise floor of {golden.noise_floor:.1e}{unit}"
    if len(distances) == len(beyond):
        return f"{extent}, by {max(distances):.3g}{unit} at most and {mean:.3g}{unit} on average"
    others = f"{len(beyond) - len(distances)} of them in what is no number"
    return f"{extent}, {others}" + (f", the rest by {max(distances):.3g} at most" if distances else "")


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _unlike(subject: str, ours: str, theirs: str) -> Finding:
    why = "the replay did not give one answer to each request on both sides, so none can be trusted"
    return Finding("predictions", subject, ours or "none", theirs or "none", Severity.BREAKS, why, REMEDY, effect=1.0)


def _largest(ours: Sequence[Any], theirs: Sequence[Any]) -> float:
    """Largest difference in a row; infinite where values cannot be subtracted and are not equal."""
    if len(ours) != len(theirs):
        return math.inf
    return max((distance(*pair) for pair in zip(ours, theirs, strict=True)), default=0.0)


def distance(one: Any, other: Any) -> float:
    """How far two values are apart; infinite where they cannot be subtracted and are not equal."""
    if one == other or (one != one and other != other):  # NaN answers NaN
        return 0.0
    if _number(one) and _number(other):
        apart = abs(one - other)
        return math.inf if math.isnan(apart) else apart
    return math.inf


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _flips(golden: GoldenSet, columns: Sequence[str], ours: Sequence[Any], theirs: Sequence[Any]) -> bool:
    if _relabelled(golden, columns, ours, theirs):
        return True
    if golden.largest and len(ours) == len(theirs) and all(map(_number, (*ours, *theirs))):
        return largest(ours) != largest(theirs)
    if golden.threshold is None:
        return golden.largest
    pairs = zip(columns, ours, theirs, strict=False)
    scored = [pair for pair in pairs if not golden.scores or pair[0] in golden.scores]
    return len(ours) != len(theirs) or any(
        _positive(golden.threshold, one) != _positive(golden.threshold, other) for _, one, other in scored
    )


def _relabelled(golden: GoldenSet, columns: Sequence[str], ours: Sequence[Any], theirs: Sequence[Any]) -> bool:
    """Whether a column that is a label has another one, however near its number may be."""
    if not golden.labels:
        return False
    pairs = zip(columns, ours, theirs, strict=False)
    return any(distance(one, other) > 0 for column, one, other in pairs if column in golden.labels)


def _positive(threshold: float, value: Any) -> bool:
    return isinstance(value, (int, float)) and value >= threshold


def _shown(answers: Sequence[Sequence[Sequence[Any]]], worst: Sequence[int]) -> tuple[str, str]:
    """The worst answers of each side, with as many digits as it takes to tell them apart."""
    brief, full = (
        [", ".join(" ".join(_text(value, digits) for value in rows[row]) for row in worst) for rows in answers]
        for digits in (".4f", ".17g")
    )
    ours, theirs = brief if brief[0] != brief[1] else full
    return ours or "nothing", theirs or "nothing"


def _text(value: Any, digits: str) -> str:
    return format(value, digits) if isinstance(value, float) else repr(value)


def _first_difference(golden: GoldenSet, ours: dict[str, Any], theirs: dict[str, Any]) -> str:
    for stage in ours:
        columns = ours[stage]["columns"]
        if columns != theirs[stage]["columns"]:
            return f"first in the columns of stage {stage}"
        pairs = list(zip(ours[stage]["rows"], theirs[stage]["rows"], strict=False))
        lengths = {len(row) for pair in pairs for row in pair}
        if lengths - {len(columns)} or len(ours[stage]["rows"]) != len(theirs[stage]["rows"]):
            return f"first in the shape of stage {stage}"
        for number, column in enumerate(columns):
            moved = [
                row for row, pair in enumerate(pairs) if distance(pair[0][number], pair[1][number]) > golden.noise_floor
            ]
            if moved:
                one, other = (side[number] for side in pairs[moved[0]])
                alone = f"field {column} of {_request(golden, moved[0])}"
                place = f"stage {stage}, column {column}" if len(ours) > 1 else alone
                return f"first in {place}, {plural(len(moved), 'row')}: {one!r} became {other!r}"
    return "no stage differs by itself"


def _request(golden: GoldenSet, row: int) -> str:
    text = json.dumps(golden.requests[row], ensure_ascii=False)
    return f"request {row + 1}, {text if len(text) <= MAX_REQUEST else text[:MAX_REQUEST] + '…'}"
