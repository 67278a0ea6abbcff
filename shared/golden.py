"""Golden requests: fixed inputs whose answers are recorded at training and replayed in prod."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

import msgspec
import numpy as np
import threadpoolctl
from msgspec import Meta

from shared.contract import Row
from shared.edges import edges
from shared.errors import ParityError
from shared.problem.target import TARGET
from shared.target import Scores

__all__ = ["Golden", "edges"]

Predict = Callable[[Sequence[Row]], Scores]

RESOLUTION = 4 * float(np.finfo(np.float64).eps)
"""Smallest noise floor, of the largest answer: the last bits of `exp` differ between CPU types."""
MAX_NOISE_FLOOR = 1e-4
"""Largest, of the spread of the answers: a hundred times what float32 loses. With 1 any answer would pass."""


class ReplayError(ParityError):
    """A model does not give the golden answers."""

    exit_code = 1


@dataclass(frozen=True)
class Golden:
    """Requests, their answers, and how far answers move when nothing that matters changes.

    Attributes:
        requests: rows of the contract, as JSON.
        scores: shape (len(requests), columns of the target).
        noise_floor: largest absolute difference seen between runs that must agree, in the unit of the scores.
        noise: the largest difference of each kind of run.
    """

    requests: Annotated[list[dict[str, Any]], Meta(min_length=1)]
    scores: list[list[float]]
    noise_floor: Annotated[float, Meta(ge=0)]
    noise: dict[str, float] = field(default_factory=dict)


def record(predict: Predict, rows: Sequence[Row]) -> Golden:
    """Ask for the answers once in one batch, then in ways that must not matter.

    Those are: one thread instead of all, and one row at a time.
    """
    requests = [msgspec.to_builtins(row) for row in rows]
    rows = msgspec.convert(requests, list[Row])
    answers = predict(rows)
    with threadpoolctl.threadpool_limits(1):
        one_thread = predict(rows)
        alone = np.concatenate([predict([row]) for row in rows])
    runs = {"one thread": one_thread, "one row at a time": alone}
    noise = {name: float(np.abs(answers - again).max()) for name, again in runs.items()}
    return Golden(requests, answers.tolist(), floor(answers, list(noise.values())), noise)


def floor(answers: Scores, noise: Sequence[float]) -> float:
    """The noise floor of answers that moved so far where they must agree."""
    return max(*noise, _resolution(answers))


def check(golden: Golden) -> None:
    """Hold the requests against the contract, and the answers against the target.

    Raises:
        ValueError: there is not one answer for each, a request breaks the contract, or the noise floor lets any pass.
    """
    if len(golden.requests) != len(golden.scores):
        raise ValueError(f"{len(golden.requests)} golden requests with {len(golden.scores)} answers")
    msgspec.convert(golden.requests, list[Row])
    for number, answer in enumerate(golden.scores):
        if len(answer) != len(TARGET.columns):
            raise ValueError(f"{len(answer)} scores in golden answer {number}, expected {len(TARGET.columns)}")
        if TARGET.are_probabilities and not all(0 <= score <= 1 for score in answer):
            raise ValueError(f"golden answer {number} is no probability: {answer}")
    answers = np.array(golden.scores)
    most = max(MAX_NOISE_FLOOR * _spread(answers), _resolution(answers))
    if not golden.noise_floor <= most:
        raise ValueError(f"a noise floor of {golden.noise_floor}, expected {most:.1e} at most")


def replay(predict: Predict, golden: Golden) -> float:
    """Ask again and compare.

    Returns:
        the largest absolute difference, which is within the noise floor.

    Raises:
        ReplayError: an answer moved beyond the noise floor.
    """
    expected = np.array(golden.scores)
    got = predict(msgspec.convert(golden.requests, list[Row]))
    moved = np.abs(got - expected)
    beyond = ~(moved <= golden.noise_floor)
    if beyond.any():
        worst = np.unravel_index(int(np.argmax(np.where(np.isnan(moved), np.inf, moved))), moved.shape)
        row, column = (int(place) for place in worst)
        raise ReplayError(
            "the model gives other answers than at training for "
            f"{beyond.any(axis=1).sum()} of {len(expected)} golden requests",
            evidence=f"golden request {row}: expected {TARGET.columns[column]} {expected[row, column]}, "
            f"got {got[row, column]}; noise floor {golden.noise_floor:.1e}",
            remedy="the code or the libraries differ from those of training: serve it from the "
            "image it was trained in, or train again: make dev",
        )
    return float(moved.max())


def _resolution(answers: Scores) -> float:
    return RESOLUTION * (1.0 if TARGET.are_probabilities else float(np.abs(answers).max()))


def _spread(answers: Scores) -> float:
    """What a difference is large or small against: from 0 to 1 for probabilities, else from least to greatest."""
    return 1.0 if TARGET.are_probabilities else float(np.ptp(answers))
