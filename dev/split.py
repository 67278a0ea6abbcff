"""Split rows: learn from the past, choose the threshold after it, test on what comes last.

Without a past it is by chance. Rows are drawn by a seed: each for itself, with the same shares of every class or tenth
of the target (stratified), or, where a field says what belongs together, all rows of one value of it at once.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from dev.params import ByChance, ByTime, SplitParams, validates
from dev.rows import Prepared
from dev.truths import counted, strata
from shared import contract
from shared.contract import Row
from shared.errors import ParityError
from shared.problem.target import ROWS, TARGET
from shared.target import Binary, Labels, Multiclass, Regression, Target

MIN_ROWS: dict[type[Target], int] = {Binary: 20, Multiclass: 5, Regression: 20}
"""Of each class, in every part that is learned from or judged by; for a number, of all rows."""

Mask = npt.NDArray[np.bool_]


class SplitError(ParityError):
    """A part would be too small to learn or to judge from."""


@dataclass(frozen=True)
class Split:
    """Masks over all rows, each of shape (n,).

    Attributes:
        train: all that is not tested on.
        fit, validate: `train` again, in two: for choosing the threshold.
        test: rows that the model never learns from.
    """

    train: Mask
    fit: Mask
    validate: Mask
    test: Mask


def split(rows: Sequence[Row], truths: Labels, chosen: SplitParams, seed: int = 0, target: Target = TARGET) -> Split:
    """Split rows as the parameters say: at dates (midnight UTC), or by chance.

    Raises:
        SplitError: a part has fewer rows, of a class or in all, than `MIN_ROWS` says.
    """
    if isinstance(chosen, ByTime):
        test, validate = _by_time(rows, chosen)
    else:
        test, validate = _by_chance(rows, truths, chosen, seed, target)
    parts = Split(train=~test, fit=~test & ~validate, validate=validate, test=test)
    least = MIN_ROWS[type(target)]
    for name in ("fit", "validate", "test") if validates(chosen) else ("train", "test"):
        counts = counted(truths[getattr(parts, name)], target)
        if min(counts.values()) < least:
            found = " and ".join(f"{count} {what}" for what, count in counts.items())
            raise SplitError(
                f"the part to {name} has too few {ROWS}",
                evidence=f"{found}, at least {least}{' of each' * (len(counts) > 1)} are needed; {_words(chosen)}",
                remedy=f"take more rows (a larger --sample), or {_OTHERS[type(chosen)]} in dev/problem/params.toml",
            )
    return parts


def moved(chosen: SplitParams, date: dt.date) -> SplitParams:
    """The same split with another first day of testing, and as many days before it to validate on.

    Raises:
        SplitError: rows are not split by time.
    """
    if not isinstance(chosen, ByTime):
        raise SplitError(
            f"there are no days to test on: {ROWS} are split by chance",
            evidence=_words(chosen),
            remedy='leave out --test; or by = "time" in dev/problem/params.toml, if rows have a time',
        )
    before = chosen.validate_from and chosen.test_from - chosen.validate_from
    return ByTime(date, date - before if before else None)


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
        remedy="the first day and the day after the last: --test 2024-10-01/2025-01-01",
    )


def tested(prepared: Prepared, parameters: Mapping[str, Any]) -> tuple[list[Row], Labels]:
    """The rows that a model was tested on, and what happened.

    Args:
        parameters: as the model's passport has them.
    """
    chosen = msgspec.convert(parameters["split"], SplitParams)
    mask = split(prepared.rows, prepared.truths, chosen, parameters["model"]["seed"]).test
    return [prepared.rows[row] for row in np.flatnonzero(mask).tolist()], prepared.truths[mask]


def times(rows: Sequence[Row]) -> npt.NDArray[np.float64]:
    """When each row is, seconds since 1970, shape (len(rows),); zeros where rows have no time."""
    if contract.TIME is None:
        return np.zeros(len(rows))
    return np.array([getattr(row, contract.TIME).timestamp() for row in rows], dtype="float64")


def _by_time(rows: Sequence[Row], chosen: ByTime) -> tuple[Mask, Mask]:
    at = times(rows)
    test = at >= _midnight(chosen.test_from)
    return test, ~test & (at >= _midnight(chosen.validate_from or chosen.test_from))


def _by_chance(rows: Sequence[Row], truths: Labels, chosen: ByChance, seed: int, target: Target) -> tuple[Mask, Mask]:
    """Rows to test and to validate on: the first of a random order, of every stratum or of all groups."""
    if chosen.group is None:
        stratum = strata(truths, target)
        parts = [[[at] for at in np.flatnonzero(stratum == each).tolist()] for each in np.unique(stratum)]
    else:
        groups: dict[Any, list[int]] = {}
        for at, row in enumerate(rows):
            groups.setdefault(getattr(row, chosen.group), []).append(at)
        parts = [list(groups.values())]
    random = np.random.default_rng(seed)
    test, validate = np.zeros(len(rows), dtype=bool), np.zeros(len(rows), dtype=bool)
    for units in parts:
        total, taken = sum(map(len, units)), 0
        tested = round(chosen.test_share * total)
        validated = tested + round(chosen.validate_share * total)
        for at in random.permutation(len(units)).tolist():
            if taken < tested:
                test[units[at]] = True
            elif taken < validated:
                validate[units[at]] = True
            taken += len(units[at])
    return test, validate


def _words(chosen: SplitParams) -> str:
    if isinstance(chosen, ByTime):
        return f"test from {chosen.test_from}, validate from {chosen.validate_from or chosen.test_from}"
    groups = f", all of a {chosen.group} at once" if chosen.group else ""
    return f"{chosen.test_share:.0%} to test and {chosen.validate_share:.0%} to validate{groups}"


_OTHERS: dict[type, str] = {ByTime: "other dates", ByChance: "other shares"}


def _midnight(date: dt.date) -> float:
    return dt.datetime.combine(date, dt.time(), dt.UTC).timestamp()
