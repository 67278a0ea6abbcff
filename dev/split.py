"""Split by time: learn from the past, choose the threshold after it, test on what comes last."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from dev.problem import params
from dev.rows import Prepared
from shared.contract import Row
from shared.errors import ParityError

MIN_ROWS = 20
"""Of each class, in every part."""

Rows = npt.NDArray[np.bool_]


class SplitError(ParityError):
    """A part would be too small to learn or to judge from."""


@dataclass(frozen=True)
class Split:
    """Masks over all rows, each of shape (n,).

    Attributes:
        train: all before the test months.
        fit, validate: `train` again, in two: for choosing the threshold.
        test: the test months.
    """

    train: Rows
    fit: Rows
    validate: Rows
    test: Rows


def split(flights: Sequence[Row], late: Rows, chosen: params.SplitParams) -> Split:
    """Split rows at the dates of `chosen` (midnight UTC).

    Raises:
        SplitError: a part has fewer than 20 late or 20 punctual flights.
    """
    times = np.array([flight.scheduled_departure.timestamp() for flight in flights])
    test = times >= _midnight(chosen.test_from)
    validate = ~test & (times >= _midnight(chosen.validate_from))
    parts = Split(train=~test, fit=~test & ~validate, validate=validate, test=test)
    for name in ("fit", "validate", "test"):
        rows = getattr(parts, name)
        counts = int(late[rows].sum()), int((~late[rows]).sum())
        if min(counts) < MIN_ROWS:
            raise SplitError(
                f"the part to {name} has too few flights",
                evidence=f"{counts[0]} late and {counts[1]} punctual, at least {MIN_ROWS} of each "
                f"are needed; test from {chosen.test_from}, validate from {chosen.validate_from}",
                remedy="take a larger --sample, or other dates in dev/problem/params.toml",
            )
    return parts


def moved(chosen: params.SplitParams, date: dt.date) -> params.SplitParams:
    """The same split with another first day of testing, and as many days before it to validate on."""
    return params.SplitParams(date, date - (chosen.test_from - chosen.validate_from))


def days(interval: str) -> tuple[dt.date, dt.date]:
    """The two days of FROM/UNTIL (ISO 8601).

    Raises:
        SplitError: it has another form, or the first day is not the earlier one.
    """
    try:
        begin, end = map(dt.date.fromisoformat, interval.split("/"))
        if begin < end:
            return begin, end
        reason = f"{begin} is not before {end}"
    except ValueError as error:
        reason = str(error)
    raise SplitError(
        f"cannot test on {interval!r}",
        evidence=reason,
        remedy="the first day and the day after the last: --test 2013-10-01/2014-01-01",
    )


def tested(prepared: Prepared, parameters: Mapping[str, Any]) -> tuple[list[Row], Rows]:
    """The flights of a model's test months, and whether each was late.

    Args:
        parameters: as the model's passport has them.
    """
    rows = split(prepared.flights, prepared.late, msgspec.convert(parameters["split"], params.SplitParams)).test
    return [prepared.flights[row] for row in np.flatnonzero(rows).tolist()], prepared.late[rows]


def _midnight(date: dt.date) -> float:
    return dt.datetime.combine(date, dt.time(), dt.UTC).timestamp()
