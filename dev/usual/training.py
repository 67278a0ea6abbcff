"""What is usual: the statistics of every window of training, kept beside the model as `monitor.json`.

A model is better on rows that it has learned from than on others. So this is cross-validation: each third of the
rows is judged by a model of the other two thirds, and compared with their rows. A third consists of three
ninths, spread over the period, so that each season is judged by a model that knows the seasons around it. These three
models are cheaper than the one that is served, if the problem says how.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import msgspec
import numpy as np
import numpy.typing as npt
import pandas as pd

from dev import truths
from dev.distribution import describe
from dev.problem import estimator
from dev.problem.params import ModelParams
from dev.usual.relations import ColumnRelation, fitted, relations
from dev.usual.statistics import SCORES, Numbers, Profile, ScoredRows, statistics
from shared.columns import CATEGORICAL
from shared.errors import ParityError
from shared.problem.target import ROWS, TARGET
from shared.target import Labels
from shared.window import Column, Statistic

NAME = "monitor.json"
FOLDS = 3
BLOCKS = 9
DIGITS = 6
GAP = 1.5
"""Windows are neighbours if the time between them is at most this many times the usual one."""


class UsualError(ParityError):
    """What is usual cannot be measured."""


@dataclass(frozen=True)
class Series:
    """A statistic over the windows of training, in order of time; None where it is unknown."""

    test: str
    columns: tuple[str, ...]
    values: list[float | None]


@dataclass(frozen=True)
class Usual:
    """Windows of training.

    Attributes:
        rows: of a window.
        times: median time of a window's rows, seconds since 1970; zeros where rows have none.
        scores: by name, of the rows of training, out of sample.
        relations: between columns.
        series: one for each statistic.
    """

    rows: int
    times: list[float]
    scores: dict[str, Column]
    relations: list[ColumnRelation]
    series: list[Series]

    @cached_property
    def values(self) -> dict[Statistic, Numbers]:
        """By statistic, shape (windows,); NaN where it is unknown."""
        return {(series.test, series.columns): np.array(series.values, dtype="float64") for series in self.series}

    def medians(self, statistic: Statistic, size: int) -> Numbers:
        """Of `size` consecutive windows."""
        return medians(self.values[statistic], size)

    def reach(self, statistic: Statistic, size: int, seconds: float) -> float:
        """The largest step between two medians of training: of neighbours, or within `seconds`."""
        key = statistic, size
        if key not in self._reaches:
            self._reaches[key] = _steps(self.medians(statistic, size), medians(np.array(self.times), size), size)
        lags, largest = self._reaches[key]
        within = int(np.searchsorted(lags, seconds, "right"))
        return float(largest[within - 1]) if within else 0.0

    @cached_property
    def _reaches(self) -> dict[tuple[Statistic, int], tuple[Numbers, Numbers]]:
        return {}


def medians(values: Numbers, size: int) -> Numbers:
    """Moving median; shape (len(values) - size + 1,), NaN where one of the values is unknown."""
    moved: Numbers = np.median(np.lib.stride_tricks.sliding_window_view(values, size), axis=-1)
    return moved


def _steps(values: Numbers, times: Numbers, size: int) -> tuple[Numbers, Numbers]:
    """Times between two medians of different windows, in order, and the largest step within such a time.

    Neighbours count as 0 seconds apart, unless there is a gap between them.
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
    table: pd.DataFrame,
    happened: Labels,
    times: Numbers,
    chosen: ModelParams,
    rows: int,
    progress: Callable[[str], None] = lambda text: None,
) -> Usual:
    """Measure the windows of training.

    Args:
        table: shape (n, columns of `shared.problem.features`), in order.
        happened: what became of the rows, shape (n,).
        times: of the rows, shape (n,), seconds since 1970, or zeros.
        rows: of a window.
        progress: called with what was done.
    """
    fold = _folds(len(table), rows)
    scores = np.empty((len(table), len(SCORES)))
    for number in range(FOLDS):
        ours, others = fold == number, fold != number
        _check_classes(happened[others])
        model = estimator.fit(estimator.cheaper(chosen), table[others], happened[others], lambda *_: None)
        scores[ours] = TARGET.scores(model, table[ours])
        progress(f"model {number + 1} of {FOLDS}")
    found = list(relations(table))
    profiles = [_profile(table[fold != number], scores[fold != number], found) for number in range(FOLDS)]
    everything = ScoredRows(table, scores, truths.numbers(happened), times)
    starts = range(0, len(table) - rows + 1, rows)
    windows = [everything[start : start + rows] for start in starts]
    measured = [statistics(window, profiles[fold[start]]) for start, window in zip(starts, windows, strict=True)]
    progress(f"{len(windows)} windows")
    return Usual(
        rows,
        [float(np.median(window.times)) for window in windows],
        _described(scores),
        found,
        _series(measured),
    )


def dumps(recorded: Usual) -> bytes:
    """To the content of a file."""
    return msgspec.json.encode(recorded)


def loads(content: bytes) -> Usual:
    """From the content of a file.

    Raises:
        msgspec.ValidationError: it is another kind of file.
    """
    return msgspec.json.decode(content, type=Usual)


def _folds(size: int, rows: int) -> npt.NDArray[np.int_]:
    """The third of each row: 0, 1 or 2; all rows of a window are in one."""
    windows = max(size // rows, 1)
    window = np.minimum(np.arange(size) // rows, windows - 1)
    return window * BLOCKS // windows % FOLDS


def _profile(table: pd.DataFrame, scores: Numbers, found: Sequence[ColumnRelation]) -> Profile:
    columns = {str(name): describe(table[name], str(name) in CATEGORICAL) for name in table.columns}
    refitted = [relation for old in found if (relation := fitted(old.columns, table))]
    return Profile(columns, _described(scores), refitted)


def _described(scores: Numbers) -> dict[str, Column]:
    return {name: describe(pd.Series(values), categorical=False) for name, values in zip(SCORES, scores.T, strict=True)}


def _check_classes(happened: Labels) -> None:
    counts = truths.counted(happened)
    gone = [name for name, count in counts.items() if not count]
    if gone:
        raise UsualError(
            f"a third of the {ROWS} holds all that are {' or '.join(gone)}",
            evidence=f"the other two have {' and '.join(f'{count:,} {name}' for name, count in counts.items())}",
            remedy="they are sorted by what is to be predicted: set ORDER = None in dev/problem/prepare.py",
        )


def _series(measured: Sequence[dict[Statistic, float]]) -> list[Series]:
    names = sorted({name for window in measured for name in window})
    return [
        Series(test, columns, [_rounded(window.get((test, columns))) for window in measured]) for test, columns in names
    ]


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.{DIGITS}g}")
