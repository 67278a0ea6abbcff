"""Golden requests: fixed inputs whose answers are recorded at training and replayed in prod."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

import msgspec
import numpy as np
import numpy.typing as npt
import threadpoolctl
from msgspec import Meta

from shared.contract import FIELDS, Row, json_schema
from shared.errors import ParityError

Probabilities = npt.NDArray[np.float64]
Predict = Callable[[Sequence[Row]], Probabilities]

RESOLUTION = 4 * float(np.finfo(np.float64).eps)
"""Smallest noise floor: the last bits of `exp` differ between CPU types."""
MAX_NOISE_FLOOR = 1e-4
"""Largest: a hundred times what float32 loses. A floor of 1 would let any answer pass."""


class ReplayError(ParityError):
    """A model does not give the golden answers."""

    exit_code = 1


@dataclass(frozen=True)
class Golden:
    """Requests, their answers, and how far answers move when nothing that matters changes.

    Attributes:
        requests: rows of the contract, as JSON.
        probabilities: shape (len(requests),).
        noise_floor: largest absolute difference seen between runs that must agree.
        noise: the largest difference of each kind of run.
    """

    requests: Annotated[list[dict[str, Any]], Meta(min_length=1)]
    probabilities: list[Annotated[float, Meta(ge=0, le=1)]]
    noise_floor: Annotated[float, Meta(ge=0, le=MAX_NOISE_FLOOR)]
    noise: dict[str, float] = field(default_factory=dict)


def record(predict: Predict, flights: Sequence[Row]) -> Golden:
    """Ask for the answers once in one batch, then in ways that must not matter.

    Those are: one thread instead of all, and one row at a time.
    """
    requests = [msgspec.to_builtins(flight) for flight in flights]
    flights = msgspec.convert(requests, list[Row])
    answers = predict(flights)
    with threadpoolctl.threadpool_limits(1):
        one_thread = predict(flights)
        alone = np.concatenate([predict([flight]) for flight in flights])
    runs = {"one thread": one_thread, "one row at a time": alone}
    noise = {name: float(np.abs(answers - again).max()) for name, again in runs.items()}
    return Golden(requests, answers.tolist(), max(*noise.values(), RESOLUTION), noise)


def check(golden: Golden) -> None:
    """Hold the requests against the contract, and count the answers.

    Raises:
        ValueError: there is not one answer for each, or a request breaks the contract.
    """
    if len(golden.requests) != len(golden.probabilities):
        raise ValueError(f"{len(golden.requests)} golden requests with {len(golden.probabilities)} answers")
    msgspec.convert(golden.requests, list[Row])


def replay(predict: Predict, golden: Golden) -> float:
    """Ask again and compare.

    Returns:
        the largest absolute difference, which is within the noise floor.

    Raises:
        ReplayError: an answer moved beyond the noise floor.
    """
    expected = np.array(golden.probabilities)
    got = predict(msgspec.convert(golden.requests, list[Row]))
    moved = np.abs(got - expected)
    beyond = ~(moved <= golden.noise_floor)
    if beyond.any():
        worst = int(np.argmax(np.where(np.isnan(moved), np.inf, moved)))
        raise ReplayError(
            f"the model gives other answers than at training for {beyond.sum()} of {len(expected)} golden requests",
            evidence=f"golden request {worst}: expected late_probability {expected[worst]}, "
            f"got {got[worst]}; noise floor {golden.noise_floor:.1e}",
            remedy="the code or the libraries differ from those of training: serve it from the "
            "image it was trained in, or train again: make dev",
        )
    return float(moved.max())


def edges(flight: Row) -> list[Row]:
    """Variations of a flight at the edges of the contract."""
    return [msgspec.convert({**msgspec.to_builtins(flight), **edge}, Row) for edge in _edges()]


def _edges() -> Iterator[dict[str, Any]]:
    properties = json_schema()["$defs"]["Row"]["properties"]
    yield {name: None for name in FIELDS if "anyOf" in properties[name]}
    yield {"carrier": "ZZ"}
    yield {"destination": "ZZZ"}
    for departure, arrival in (
        ("2013-03-10T01:59:00-05:00", "2013-03-10T04:30:00-04:00"),  # clocks go forward
        ("2013-03-10T03:00:00-04:00", "2013-03-10T05:30:00-04:00"),
        ("2013-11-03T01:30:00-04:00", "2013-11-03T02:30:00-05:00"),  # and back: 01:30 twice
        ("2013-11-03T01:30:00-05:00", "2013-11-03T03:30:00-05:00"),
        ("2013-12-31T23:59:00-05:00", "2014-01-01T23:59:00-05:00"),
    ):
        yield {"scheduled_departure": departure, "scheduled_arrival": arrival}
    for name, schema in properties.items():
        schema = schema["anyOf"][0] if "anyOf" in schema else schema
        for end in ("minimum", "maximum"):
            if end in schema:
                yield {name: schema[end]}
