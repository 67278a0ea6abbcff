"""Do both sides answer golden requests alike?

The proof that the other checks only hint at: the same requests, through the code that
serves, on both sides. An answer counts as moved when it differs by more than the noise
floor, which was measured when the answers were recorded. The first stage (features, encoded
matrix, raw score, probability) in which something moved tells where it went wrong.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.compare.report import Finding, Severity

WORST = 3
REMEDY = "the findings below say what differs; make it the same, or train again in the image that serves"


@dataclass(frozen=True)
class Golden:
    """What a replay is judged by.

    Attributes:
        requests: JSON values, in the order of the answers.
        noise_floor: largest difference that does not count.
        threshold: from here on the label is positive; None where answers have no labels.
    """

    requests: Sequence[Any]
    noise_floor: float
    threshold: float | None


def compare(golden: Golden, ours: dict[str, Any], theirs: dict[str, Any]) -> list[Finding]:
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
    moved = [_largest(one, other) for one, other in zip(*answers, strict=True)]
    beyond = [row for row, distance in enumerate(moved) if distance > golden.noise_floor]
    if not beyond:
        return []
    flipped = [row for row in beyond if _flips(golden, answers[0][row], answers[1][row])]
    worst = sorted(beyond, key=lambda row: -moved[row])[:WORST]
    where = _first_difference(golden, ours, theirs)
    mean = sum(moved) / len(moved)
    return [
        Finding(
            "predictions",
            f"{len(flipped)} of {len(moved)} golden labels flip",
            *_shown(answers, worst),
            Severity.BREAKS,
            f"{len(beyond)} answers moved beyond the noise floor of {golden.noise_floor:.1e}, by {max(moved):.3g} "
            f"at most and {mean:.3g} on average; {where}",
            REMEDY,
            effect=len(flipped) / len(moved),
            details={
                "flipped": len(flipped),
                "beyond": len(beyond),
                "rows": len(moved),
                "largest": max(moved) if math.isfinite(max(moved)) else None,
                "mean": mean if math.isfinite(mean) else None,
                "noise_floor": golden.noise_floor,
                "where": where,
                "worst": [
                    {"request": golden.requests[row], "a": answers[0][row], "b": answers[1][row]} for row in worst
                ],
            },
        )
    ]


def _unlike(subject: str, ours: str, theirs: str) -> Finding:
    why = "the replay did not give one answer to each request on both sides, so none can be trusted"
    return Finding("predictions", subject, ours or "none", theirs or "none", Severity.BREAKS, why, REMEDY, effect=1.0)


def _largest(ours: Sequence[Any], theirs: Sequence[Any]) -> float:
    """Largest difference in a row; infinite where values cannot be subtracted and are not equal."""
    if len(ours) != len(theirs):
        return math.inf
    return max((_distance(*pair) for pair in zip(ours, theirs, strict=True)), default=0.0)


def _distance(one: Any, other: Any) -> float:
    if one == other or (one != one and other != other):  # NaN answers NaN
        return 0.0
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        distance = abs(one - other)
        return math.inf if math.isnan(distance) else distance
    return math.inf


def _flips(golden: Golden, ours: Sequence[Any], theirs: Sequence[Any]) -> bool:
    if golden.threshold is None:
        return True
    labels = [
        [isinstance(value, (int, float)) and value >= golden.threshold for value in side] for side in (ours, theirs)
    ]
    return labels[0] != labels[1]


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


def _first_difference(golden: Golden, ours: dict[str, Any], theirs: dict[str, Any]) -> str:
    for stage in ours:
        columns = ours[stage]["columns"]
        if columns != theirs[stage]["columns"]:
            return f"first in the columns of stage {stage}"
        pairs = list(zip(ours[stage]["rows"], theirs[stage]["rows"], strict=False))
        lengths = {len(row) for pair in pairs for row in pair}
        if lengths - {len(columns)} or len(ours[stage]["rows"]) != len(theirs[stage]["rows"]):
            return f"first in the shape of stage {stage}"
        for number, column in enumerate(columns):
            moved = [pair for pair in pairs if _distance(pair[0][number], pair[1][number]) > golden.noise_floor]
            if moved:
                one, other = (side[number] for side in moved[0])
                return f"first in stage {stage}, column {column}, {len(moved)} rows: {one!r} became {other!r}"
    return "no stage differs by itself"
