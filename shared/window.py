"""Does a batch of rows look like the rows of training? Statistics of a window, and what is usual for them.

A window is so many rows in a row in time. Its rows depend on each other (one day has one weather), so
p-values would mean nothing: a statistic is unusual when no window of the training months, of the same
size, came near it. Distances are Kolmogorov-Smirnov's for numbers and total variation for categories.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from typing import Annotated

import numpy as np
import numpy.typing as npt
from msgspec import Meta

from shared.columns import CATEGORICAL, NUMERIC, Table, numbers
from shared.contract import UNITS

MIN_VALUES = 20
"""Values that a column must have for more than its missing share to be judged."""
ORDERED = tuple(
    pair for pair in combinations([name for name in UNITS if name in NUMERIC], 2) if UNITS[pair[0]] == UNITS[pair[1]]
)
"""Pairs of columns that share a unit: one of them in another unit changes which is the larger."""
TESTS = {
    "missing": "share of rows without a value",
    "distance": "largest difference to the distribution in training (numbers: KS; categories: total variation)",
    "repeats": "share of the commonest value",
    "order": "share of rows in which the first is less than the second",
}

Share = Annotated[float, Meta(ge=0, le=1)]
Statistic = tuple[str, tuple[str, ...]]
"""Name of a test, and the columns that it looks at."""


@dataclass(frozen=True)
class Column:
    """A column in training.

    Attributes:
        missing: share of rows without a value.
        quantiles: of a number, from the smallest to the largest value in equal steps; empty if all are missing.
        shares: of a category, share of rows by value.
    """

    missing: Share
    quantiles: list[float] = field(default_factory=list)
    shares: dict[str, Share] = field(default_factory=dict)


@dataclass(frozen=True)
class Limit:
    """What a statistic was in the windows of training, with a margin: lowest and highest usual value."""

    test: str
    columns: tuple[str, ...]
    low: float
    high: float


@dataclass(frozen=True)
class Reference:
    """The rows of training, for comparing others with.

    Attributes:
        rows: of a window.
        windows: of training, that `limits` come from.
        columns: by name, the model's columns (`shared.problem.features`).
    """

    rows: Annotated[int, Meta(ge=1)]
    windows: Annotated[int, Meta(ge=0)]
    columns: dict[str, Column]
    limits: list[Limit]

    @cached_property
    def ranges(self) -> dict[str, tuple[float, float]]:
        """Smallest and largest number in training, by column. Nothing is within that of no values."""
        seen = {name: self.columns[name].quantiles for name in NUMERIC}
        return {name: (each[0], each[-1]) if each else (np.inf, -np.inf) for name, each in seen.items()}


@dataclass(frozen=True)
class Unusual:
    """A statistic of a window that was not seen in training.

    Attributes:
        test: a name in `TESTS`.
        value: of the statistic.
        low, high: what is usual.
    """

    test: str
    columns: tuple[str, ...]
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Outside:
    """A number that lies outside all that training held; without `low` and `high` it held none."""

    value: float
    low: float | None
    high: float | None


def check(reference: Reference) -> None:
    """Hold the record of training against itself.

    Raises:
        ValueError: a column of the model is missing, numbers are not in order, or a limit is about nothing.
    """
    if reference.columns.keys() != {*CATEGORICAL, *NUMERIC}:
        raise ValueError("the distribution is not of the model's columns")
    for name, column in reference.columns.items():
        if column.quantiles != sorted(column.quantiles):
            raise ValueError(f"quantiles of {name} are not in order")
    for limit in reference.limits:
        if limit.test not in TESTS or not limit.low <= limit.high:
            raise ValueError(f"no such limit: {limit.test} from {limit.low} to {limit.high}")


def outside(table: Table, reference: Reference) -> dict[int, dict[str, Outside]]:
    """Numbers outside the range of training, by row and column; rows without any are left out.

    Args:
        table: the model's columns, n rows. It has no dates, which are always later than training.
    """
    found: dict[int, dict[str, Outside]] = {}
    for name, (low, high) in reference.ranges.items():
        for row, value in enumerate(table[name]):
            if value is not None and (value < low or value > high):
                seen = reference.columns[name].quantiles
                found.setdefault(row, {})[name] = Outside(float(value), *((low, high) if seen else (None, None)))
    return found


def unusual(table: Table, reference: Reference) -> list[Unusual]:
    """What is unusual about a window.

    Args:
        table: the model's columns, reference.rows rows or more.
    """
    values = measure(table, reference.columns)
    limits = [(limit, values.get((limit.test, limit.columns))) for limit in reference.limits]
    return [
        Unusual(limit.test, limit.columns, value, limit.low, limit.high)
        for limit, value in limits
        if value is not None and not limit.low <= value <= limit.high
    ]


def measure(table: Table, columns: Mapping[str, Column]) -> dict[Statistic, float]:
    """Every statistic of a window that can be computed from it."""
    return dict(_statistics(table, columns))


def _statistics(table: Table, columns: Mapping[str, Column]) -> Iterator[tuple[Statistic, float]]:
    known_numbers = dict(zip(NUMERIC, numbers(table).T, strict=True))
    for name, values in known_numbers.items():
        known = np.sort(values[~np.isnan(values)])
        yield ("missing", (name,)), 1 - len(known) / len(values)
        if len(known) >= MIN_VALUES:
            if columns[name].quantiles:
                yield ("distance", (name,)), kolmogorov_smirnov(known, np.array(columns[name].quantiles))
            yield ("repeats", (name,)), float(np.unique(known, return_counts=True)[1].max()) / len(known)
    for name in CATEGORICAL:
        yield ("distance", (name,)), total_variation(Counter(table[name]), columns[name].shares)
    for one, other in ORDERED:
        both = ~np.isnan(known_numbers[one]) & ~np.isnan(known_numbers[other])
        if both.sum() >= MIN_VALUES:
            yield ("order", (one, other)), float((known_numbers[one] < known_numbers[other])[both].mean())


def kolmogorov_smirnov(ours: npt.NDArray[np.float64], theirs: npt.NDArray[np.float64]) -> float:
    """Largest difference of two empirical distribution functions, of sorted values; from 0 to 1.

    `scipy.stats.ks_2samp` gives the same, a hundred times slower, with a p-value for independent rows.
    """
    sides = (
        np.searchsorted(ours, theirs, side) / len(ours) - np.searchsorted(theirs, theirs, side) / len(theirs)
        for side in ("left", "right")
    )
    return max(float(np.abs(difference).max()) for difference in sides)


def total_variation(counts: Counter[str], shares: Mapping[str, float]) -> float:
    """Half the sum of the differences of shares; from 0 to 1."""
    total = counts.total()
    return sum(abs(counts[name] / total - shares.get(name, 0.0)) for name in counts.keys() | shares.keys()) / 2
