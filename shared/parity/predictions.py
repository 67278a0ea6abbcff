"""Do both sides answer golden requests alike?

The proof that the other checks only hint at: the same requests, through the code that
serves, on both sides. An answer counts as moved when it differs by more than the noise
floor, which was measured when the answers were recorded. The first stage (features, encoded
matrix, raw score, probability) in which something moved tells where it went wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.parity.report import Finding, Severity

WORST = 3


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
    moved = _moved(ours[last]["rows"], theirs[last]["rows"])
    beyond = [row for row, distance in enumerate(moved) if not distance <= golden.noise_floor]
    if not beyond:
        return []
    flipped = [row for row in beyond if _flips(golden, ours[last]["rows"][row], theirs[last]["rows"][row])]
    worst = sorted(beyond, key=lambda row: -moved[row])[:WORST]
    where = _first_difference(golden, ours, theirs)
    share = len(flipped) / len(moved)
    return [
        Finding(
            "predictions",
            f"{len(flipped)} of {len(moved)} golden labels flip",
            _answers(ours[last]["rows"], worst),
            _answers(theirs[last]["rows"], worst),
            Severity.BREAKS,
            f"{len(beyond)} answers moved beyond the noise floor of {golden.noise_floor:.1e}, by {max(moved):.3g} "
            f"at most and {sum(moved) / len(moved):.3g} on average; {where}",
            "the findings below say what differs; make it the same, or train again in the image that serves",
            effect=share,
            details={
                "flipped": len(flipped),
                "beyond": len(beyond),
                "rows": len(moved),
                "largest": max(moved),
                "mean": sum(moved) / len(moved),
                "noise_floor": golden.noise_floor,
                "where": where,
                "worst": [
                    {"request": golden.requests[row], "a": ours[last]["rows"][row], "b": theirs[last]["rows"][row]}
                    for row in worst
                ],
            },
        )
    ]


def _moved(ours: Sequence[Sequence[Any]], theirs: Sequence[Sequence[Any]]) -> list[float]:
    """Largest difference in each row; infinite where values cannot be subtracted and are not equal."""
    if len(ours) != len(theirs):
        return [float("inf")] * max(len(ours), len(theirs))
    return [
        float("inf")
        if len(one) != len(other)
        else max((_distance(*pair) for pair in zip(one, other, strict=True)), default=0.0)
        for one, other in zip(ours, theirs, strict=True)
    ]


def _distance(one: Any, other: Any) -> float:
    if one == other:
        return 0.0
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return abs(one - other)
    return float("inf")


def _flips(golden: Golden, ours: Sequence[Any], theirs: Sequence[Any]) -> bool:
    if golden.threshold is None:
        return True
    labels = [
        [isinstance(value, (int, float)) and value >= golden.threshold for value in side] for side in (ours, theirs)
    ]
    return labels[0] != labels[1]


def _answers(rows: Sequence[Sequence[Any]], worst: Sequence[int]) -> str:
    return ", ".join(
        " ".join(f"{value:.4f}" if isinstance(value, float) else str(value) for value in rows[row]) for row in worst
    )


def _first_difference(golden: Golden, ours: dict[str, Any], theirs: dict[str, Any]) -> str:
    for stage in ours:
        if stage not in theirs or ours[stage]["columns"] != theirs[stage]["columns"]:
            return f"first in the columns of stage {stage}"
        for number, column in enumerate(ours[stage]["columns"]):
            pairs = zip(ours[stage]["rows"], theirs[stage]["rows"], strict=True)
            rows = [
                row
                for row, (one, other) in enumerate(pairs)
                if not _distance(one[number], other[number]) <= golden.noise_floor
            ]
            if rows:
                one, other = (side[stage]["rows"][rows[0]][number] for side in (ours, theirs))
                return f"first in stage {stage}, column {column}, {len(rows)} rows: {one!r} became {other!r}"
    return "no stage differs by itself"
