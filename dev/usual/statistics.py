"""What is computed from a window of rows: its columns, the scores, and their quality where the outcome is known.

Missing share, distance, repeats and order are `shared.window`'s. The population stability index is that of credit
scoring: the sum of (ours - theirs) · ln(ours / theirs) over the tenths of training, or over categories.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from dev.scoring import SCORING
from dev.usual.relations import ColumnRelation
from shared import window
from shared.columns import CATEGORICAL, NUMERIC
from shared.problem.target import TARGET
from shared.window import MIN_VALUES, Column, Statistic, kolmogorov_smirnov, measure

TESTS = {
    **window.TESTS,
    "psi": "population stability index",
    "unseen": "share of rows with a category that training never saw",
    "vanished": "share that categories had in training that are gone now",
    "outside": "share of rows beyond the smallest or largest value of training",
    "mean": "mean",
    "spread": "logarithm of the standard deviation",
    "relation": "mean distance from what two other columns predict, in standard deviations of training",
    **{name: test.meaning for name, test in SCORING.quality_tests.items()},
}
SCORES = TARGET.columns
"""What the model says, judged as columns."""
COMMON, COMMON_ROWS = 0.022, 900
"""Share in training from which on a category is expected in every window of so many rows: 20 rows have it. In smaller
windows it has to be larger."""
MIN_OUTCOMES = 100
SMOOTHED = 0.5
"""Rows added to each part of a distribution: the logarithm of 0 does not exist."""
MIN_KNOWN = 1 / 3
"""Share of rows that must have a value before the spread of a column is computed."""
MIN_SPREAD = 1e-3
"""Standard deviation that a constant column is given."""

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ScoredRows:
    """Rows in the order in which they came.

    Attributes:
        table: shape (n, columns of `shared.problem.features`).
        scores: shape (n, len(SCORES)), of the model.
        truths: shape (n,), what happened, as `dev.truths.numbers` has it: NaN where it is unknown.
        times: shape (n,), seconds since 1970, as `dev.split.times` has them.
    """

    table: pd.DataFrame
    scores: Numbers
    truths: Numbers
    times: Numbers

    def __len__(self) -> int:
        return len(self.scores)

    def __getitem__(self, rows: slice) -> "ScoredRows":
        return ScoredRows(self.table.iloc[rows], self.scores[rows], self.truths[rows], self.times[rows])


@dataclass(frozen=True)
class Profile:
    """What a window is compared with: the rows of training.

    Attributes:
        columns: by name, the model's columns.
        scores: by name, out of sample.
        relations: between columns.
    """

    columns: Mapping[str, Column]
    scores: Mapping[str, Column]
    relations: Sequence[ColumnRelation]


def statistics(rows: ScoredRows, training: Profile) -> dict[Statistic, float]:
    """Every statistic of a window that can be computed from it."""
    return measure(rows.table, training.columns) | dict(_more(rows, training))


def _more(rows: ScoredRows, training: Profile) -> Iterator[tuple[Statistic, float]]:
    common = COMMON * max(COMMON_ROWS / len(rows), 1)
    for name in CATEGORICAL:
        shares, counts = training.columns[name].shares, Counter(rows.table[name])
        yield ("psi", (name,)), _stability_index([counts[value] for value in shares], list(shares.values()))
        yield ("unseen", (name,)), sum(counts[value] for value in counts.keys() - shares.keys()) / len(rows)
        vanished = sum(share for value, share in shares.items() if share >= common and not counts[value])
        yield ("vanished", (name,)), vanished
    for name in NUMERIC:
        values = rows.table[name].to_numpy(dtype="float64")
        yield from _number(name, values[~np.isnan(values)], training.columns[name], len(rows))
    for relation in training.relations:
        off = relation.off(rows.table)
        if len(off) >= MIN_VALUES:
            yield ("relation", relation.columns), float(off.mean())
    for name, values in zip(SCORES, rows.scores.T, strict=True):
        learned = training.scores[name]
        yield from _number(name, values, learned, len(rows))
        yield ("distance", (name,)), kolmogorov_smirnov(np.sort(values), np.array(learned.quantiles))
    known = ~np.isnan(rows.truths)
    if known.sum() >= MIN_OUTCOMES:
        for name, value in SCORING.quality(rows.truths[known], rows.scores[known]).items():
            yield (name, ()), value


def _number(name: str, values: Numbers, column: Column, rows: int) -> Iterator[tuple[Statistic, float]]:
    levels = np.array(column.quantiles)
    if len(values) < MIN_VALUES or not len(levels):
        return
    edges = np.unique(levels[10:-1:10])
    ours, theirs = (np.bincount(np.searchsorted(edges, side), minlength=len(edges) + 1) for side in (values, levels))
    yield ("psi", (name,)), _stability_index(ours.tolist(), (theirs / len(levels)).tolist())
    yield ("outside", (name,)), float(((values < levels[0]) | (values > levels[-1])).sum()) / rows
    yield ("mean", (name,)), float(values.mean())
    if len(values) >= MIN_KNOWN * rows:
        yield ("spread", (name,)), float(np.log(max(values.std(), MIN_SPREAD)))


def _stability_index(counts: Sequence[int], shares: Sequence[float]) -> float:
    ours = np.array(counts, dtype="float64") + SMOOTHED
    ours /= ours.sum()
    theirs = np.array(shares) + SMOOTHED / max(sum(counts), 1)
    theirs /= theirs.sum()
    return float(((ours - theirs) * np.log(ours / theirs)).sum())
