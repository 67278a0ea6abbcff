"""What is usual: the statistics of every window of the training months, kept beside the model as `monitor.json`.

On rows that it has learned from, a model is better than it will be. So each third of the training months is judged by
a model, and compared with rows, of the other two: their windows are as new to them as those to come. A third is made
of three ninths, a third of the period apart, so that each season is met by a model that knows the seasons around it.
The model that is served is not one of these three: they are cheaper, with fewer and larger steps.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import msgspec
import numpy as np
import numpy.typing as npt
import pandas as pd

from dev.distribution import describe
from dev.monitor.relations import Relation, fitted, relations
from dev.monitor.statistics import Known, Numbers, Rows, statistics
from dev.problem import estimator, params
from shared import artifact
from shared.problem.features import CATEGORICAL
from shared.window import Column, Statistic

NAME = "monitor.json"
FOLDS = 3
BLOCKS = 9
FEWER_STEPS = 3
"""The three models take a third of the trees, each with three times the learning rate."""
DIGITS = 6
GAP = 1.5
"""Times the usual time between neighbours: from there on there is a gap."""


@dataclass(frozen=True)
class Series:
    """A statistic over the windows of training, in order of time; NaN where it could not be computed."""

    test: str
    columns: tuple[str, ...]
    values: list[float | None]


@dataclass(frozen=True)
class Usual:
    """Windows of training.

    Attributes:
        rows: of a window.
        departures: median time of each window's flights, seconds since 1970.
        score: probabilities for the rows of training, from a model that had not seen them.
        relations: between columns.
        series: by statistic.
    """

    rows: int
    departures: list[float]
    score: Column
    relations: list[Relation]
    series: list[Series]

    @cached_property
    def values(self) -> dict[Statistic, Numbers]:
        """By statistic, of shape (windows,)."""
        return {(each.test, each.columns): np.array(each.values, dtype="float64") for each in self.series}

    def medians(self, statistic: Statistic, size: int) -> Numbers:
        """Of so many windows in a row."""
        return medians(self.values[statistic], size)

    def reach(self, statistic: Statistic, size: int, seconds: float) -> float:
        """The largest step of training from such a median to another, in that time or less, or to the next one."""
        key = statistic, size
        if key not in self._reaches:
            self._reaches[key] = _steps(self.medians(statistic, size), medians(np.array(self.departures), size), size)
        lags, largest = self._reaches[key]
        within = int(np.searchsorted(lags, seconds, "right"))
        return float(largest[within - 1]) if within else 0.0

    @cached_property
    def _reaches(self) -> dict[tuple[Statistic, int], tuple[Numbers, Numbers]]:
        return {}


def medians(values: Numbers, size: int) -> Numbers:
    """Moving median; shape (len(values) - size + 1,). NaN where one of the values is."""
    moved: Numbers = np.median(np.lib.stride_tricks.sliding_window_view(values, size), axis=-1)
    return moved


def _steps(values: Numbers, times: Numbers, size: int) -> tuple[Numbers, Numbers]:
    """Times between two that do not overlap, in order, and the largest step up to there.

    Neighbours count as no time apart, but for those with a gap between them.
    """
    one, other = np.triu_indices(len(values), size)
    steps, lags = np.abs(values[one] - values[other]), np.abs(times[one] - times[other])
    neighbours = other - one == size
    if neighbours.any():
        lags[neighbours & (lags <= GAP * np.median(lags[neighbours]))] = 0
    known = np.flatnonzero(~np.isnan(steps))
    order = known[np.argsort(lags[known], kind="stable")]
    return lags[order], np.maximum.accumulate(steps[order])


def usual(
    table: pd.DataFrame, late: npt.NDArray[np.bool_], departures: Numbers, chosen: params.Model, rows: int
) -> Usual:
    """Measure the windows of training.

    Args:
        table: shape (n, columns of `shared.problem.features`), in order of time.
        late, departures: shape (n,).
        rows: of a window.
    """
    fold = _folds(len(table), rows)
    score = np.empty(len(table))
    for number in range(FOLDS):
        ours, others = fold == number, fold != number
        model = estimator.fit(cheaper(chosen), table[others], late[others], lambda *_: None)
        score[ours] = artifact.predict(model, table[ours])
    found = list(relations(table))
    known = [_known(table[fold != number], score[fold != number], found) for number in range(FOLDS)]
    everything = Rows(table, score, late.astype("float64"), departures)
    starts = range(0, len(table) - rows + 1, rows)
    windows = [everything[start : start + rows] for start in starts]
    measured = [statistics(each, known[fold[start]]) for start, each in zip(starts, windows, strict=True)]
    return Usual(
        rows,
        [float(np.median(each.departures)) for each in windows],
        describe(pd.Series(score), categorical=False),
        found,
        _series(measured),
    )


def cheaper(chosen: params.Model) -> params.Model:
    """Fewer and larger steps: nearly as good, in a third of the time."""
    trees = max(chosen.max_iter // FEWER_STEPS, 1)
    return replace(chosen, max_iter=trees, learning_rate=chosen.learning_rate * FEWER_STEPS)


def dumps(recorded: Usual) -> bytes:
    """As the content of a file."""
    return msgspec.json.encode(recorded)


def loads(content: bytes) -> Usual:
    """From the content of a file.

    Raises:
        msgspec.ValidationError: it is another kind of file.
    """
    return msgspec.json.decode(content, type=Usual)


def _folds(size: int, rows: int) -> npt.NDArray[np.int_]:
    """The third that each row belongs to; no window is in two of them."""
    windows = max(size // rows, 1)
    window = np.minimum(np.arange(size) // rows, windows - 1)
    return window * BLOCKS // windows % FOLDS


def _known(table: pd.DataFrame, score: Numbers, found: Sequence[Relation]) -> Known:
    columns = {str(name): describe(table[name], str(name) in CATEGORICAL) for name in table.columns}
    again = [relation for each in found if (relation := fitted(each.columns, table))]
    return Known(columns, describe(pd.Series(score), categorical=False), again)


def _series(measured: Sequence[dict[Statistic, float]]) -> list[Series]:
    names = sorted({name for each in measured for name in each})
    return [
        Series(test, columns, [_rounded(each.get((test, columns))) for each in measured]) for test, columns in names
    ]


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.{DIGITS}g}")
