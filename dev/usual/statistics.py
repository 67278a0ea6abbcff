"""What is computed from a window of rows: its columns, the score, and its quality where the outcome is known.

Missing share, distance, repeats and order are `shared.window`'s. The population stability index is that of credit
scoring: the sum of (ours - theirs) · ln(ours / theirs) over the tenths of training, or over categories.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.metrics import roc_auc_score

from dev.scoring.kind import calibration_error
from dev.usual.relations import ColumnRelation
from shared import window
from shared.columns import CATEGORICAL, NUMERIC
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
    "roc_auc": "ROC AUC",
    "auc_gap": "ROC AUC minus the one that the probabilities promise",
    "late_gap": "share of late flights minus the expected share",
    "brier_score": "mean squared error of the probability",
    "calibration_error": "expected calibration error",
}
SCORE = "late_probability"
"""The model's answer, judged as a column."""
COMMON = 0.022
"""Share in training from which on a category is expected in every window: 20 of 900 rows have it."""
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
        score: shape (n,), the probability that was answered.
        late: shape (n,), the outcome, 0 or 1, NaN where it is unknown.
        departures: shape (n,), seconds since 1970.
    """

    table: pd.DataFrame
    score: Numbers
    late: Numbers
    departures: Numbers

    def __len__(self) -> int:
        return len(self.score)

    def __getitem__(self, rows: slice) -> "ScoredRows":
        return ScoredRows(self.table.iloc[rows], self.score[rows], self.late[rows], self.departures[rows])


@dataclass(frozen=True)
class Profile:
    """What a window is compared with: the rows of training.

    Attributes:
        columns: by name, the model's columns.
        score: probabilities, out of sample.
        relations: between columns.
    """

    columns: Mapping[str, Column]
    score: Column
    relations: Sequence[ColumnRelation]


def statistics(rows: ScoredRows, training: Profile) -> dict[Statistic, float]:
    """Every statistic of a window that can be computed from it."""
    return measure(rows.table, training.columns) | dict(_more(rows, training))


def _more(rows: ScoredRows, training: Profile) -> Iterator[tuple[Statistic, float]]:
    for name in CATEGORICAL:
        shares, counts = training.columns[name].shares, Counter(rows.table[name])
        yield ("psi", (name,)), _stability_index([counts[value] for value in shares], list(shares.values()))
        yield ("unseen", (name,)), sum(counts[value] for value in counts.keys() - shares.keys()) / len(rows)
        vanished = sum(share for value, share in shares.items() if share >= COMMON and not counts[value])
        yield ("vanished", (name,)), vanished
    for name in NUMERIC:
        values = rows.table[name].to_numpy(dtype="float64")
        yield from _number(name, values[~np.isnan(values)], training.columns[name], len(rows))
    for relation in training.relations:
        off = relation.off(rows.table)
        if len(off) >= MIN_VALUES:
            yield ("relation", relation.columns), float(off.mean())
    yield from _number(SCORE, rows.score, training.score, len(rows))
    yield ("distance", (SCORE,)), kolmogorov_smirnov(np.sort(rows.score), np.array(training.score.quantiles))
    known = ~np.isnan(rows.late)
    if known.sum() >= MIN_OUTCOMES:
        for name, value in quality(rows.late[known], rows.score[known]).items():
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


def quality(late: Numbers, score: Numbers) -> dict[str, float]:
    """How good probabilities were; ROC AUC only if both outcomes occur.

    Args:
        late: shape (n,), 0 or 1.
        score: shape (n,).
    """
    auc = float(roc_auc_score(late, score)) if 0 < late.mean() < 1 else None
    return {
        **({} if auc is None else {"roc_auc": auc, "auc_gap": auc - promised(score)}),
        "late_gap": float(late.mean() - score.mean()),
        "brier_score": float(((late - score) ** 2).mean()),
        "calibration_error": calibration_error(score, late),
    }


def promised(score: Numbers) -> float:
    """The ROC AUC to expect if the probabilities are right: it varies with the weather, and with the hour.

    It is the share of correctly ordered pairs among all pairs of a late flight and a punctual one, weighted by how
    likely the pair is.
    """
    ordered = np.sort(score)
    punctual = np.cumsum(1 - ordered) - (1 - ordered) / 2
    return float((ordered * punctual).sum() / (ordered.sum() * (1 - ordered).sum()))
