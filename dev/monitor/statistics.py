"""What is computed of a window of rows: its columns, the score, and how good the score was where the truth is known.

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

from dev.evaluate import calibration_error
from dev.monitor.relations import Relation
from shared import window
from shared.problem.features import CATEGORICAL, NUMERIC
from shared.window import FEWEST, Column, Statistic, kolmogorov_smirnov, measure

TESTS = {
    **window.TESTS,
    "psi": "population stability index",
    "unseen": "share of rows with a category that training never saw",
    "vanished": "share that categories had in training that are gone",
    "outside": "share of rows beyond the smallest or largest value of training",
    "mean": "mean",
    "spread": "logarithm of the standard deviation",
    "relation": "mean distance to what two other columns tell, in its standard deviations in training",
    "roc_auc": "ROC AUC",
    "auc_gap": "ROC AUC minus the one that the probabilities promise, were they right",
    "late_gap": "share of flights that were late minus the share that was expected",
    "brier_score": "mean squared error of the probability",
    "calibration_error": "expected calibration error",
}
SCORE = "late_probability"
"""The model's answer, judged as a column."""
COMMON = 0.022
"""Share from which on a category is missed in a window: of 900 rows, 20 would have it."""
FEWEST_TRUTHS = 100
SMOOTHED = 0.5
"""Rows added to each part of a distribution: no logarithm of nothing."""
MANY = 1 / 3
"""Share of the rows that must have a value for the spread of a number to be told."""
STILL = 1e-3
"""What a constant column is taken to vary by."""

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Rows:
    """Rows in the order in which they came.

    Attributes:
        table: shape (n, columns of `shared.problem.features`).
        score: shape (n,), the probability that was answered.
        late: shape (n,), 0 or 1, NaN where the truth is not known.
        departures: shape (n,), seconds since 1970.
    """

    table: pd.DataFrame
    score: Numbers
    late: Numbers
    departures: Numbers

    def __len__(self) -> int:
        return len(self.score)

    def __getitem__(self, rows: slice) -> "Rows":
        return Rows(self.table.iloc[rows], self.score[rows], self.late[rows], self.departures[rows])


@dataclass(frozen=True)
class Known:
    """What a window is compared with: rows that the model has learned from.

    Attributes:
        columns: by name, the model's columns.
        score: probabilities for rows that the model that gave them had not seen.
        relations: between columns.
    """

    columns: Mapping[str, Column]
    score: Column
    relations: Sequence[Relation]


def statistics(rows: Rows, known: Known) -> dict[Statistic, float]:
    """Every statistic of a window that can be computed from it."""
    return measure(rows.table, known.columns) | dict(_more(rows, known))


def _more(rows: Rows, known: Known) -> Iterator[tuple[Statistic, float]]:
    for name in CATEGORICAL:
        shares, counts = known.columns[name].shares, Counter(rows.table[name])
        yield ("psi", (name,)), _index([counts[each] for each in shares], list(shares.values()))
        yield ("unseen", (name,)), sum(counts[each] for each in counts.keys() - shares.keys()) / len(rows)
        yield (
            ("vanished", (name,)),
            sum(share for each, share in shares.items() if share >= COMMON and not counts[each]),
        )
    for name in NUMERIC:
        values = rows.table[name].to_numpy(dtype="float64")
        yield from _number(name, values[~np.isnan(values)], known.columns[name], len(rows))
    for relation in known.relations:
        off = relation.off(rows.table)
        if len(off) >= FEWEST:
            yield ("relation", relation.columns), float(off.mean())
    yield from _number(SCORE, rows.score, known.score, len(rows))
    yield ("distance", (SCORE,)), kolmogorov_smirnov(np.sort(rows.score), np.array(known.score.quantiles))
    told = ~np.isnan(rows.late)
    if told.sum() >= FEWEST_TRUTHS:
        for name, value in quality(rows.late[told], rows.score[told]).items():
            yield (name, ()), value


def _number(name: str, values: Numbers, column: Column, rows: int) -> Iterator[tuple[Statistic, float]]:
    levels = np.array(column.quantiles)
    if len(values) < FEWEST or not len(levels):
        return
    edges = np.unique(levels[10:-1:10])
    ours, theirs = (np.bincount(np.searchsorted(edges, each), minlength=len(edges) + 1) for each in (values, levels))
    yield ("psi", (name,)), _index(ours.tolist(), (theirs / len(levels)).tolist())
    yield ("outside", (name,)), float(((values < levels[0]) | (values > levels[-1])).sum()) / rows
    yield ("mean", (name,)), float(values.mean())
    if len(values) >= MANY * rows:
        yield ("spread", (name,)), float(np.log(max(values.std(), STILL)))


def _index(counts: Sequence[int], shares: Sequence[float]) -> float:
    ours = np.array(counts, dtype="float64") + SMOOTHED
    ours /= ours.sum()
    theirs = np.array(shares) + SMOOTHED / max(sum(counts), 1)
    theirs /= theirs.sum()
    return float(((ours - theirs) * np.log(ours / theirs)).sum())


def quality(late: Numbers, score: Numbers) -> dict[str, float]:
    """How good probabilities were, where the truth is known; AUC only if there are both truths.

    Args:
        late: shape (n,), 0 or 1.
        score: shape (n,).
    """
    auc = float(roc_auc_score(late, score)) if 0 < late.mean() < 1 else None
    return {
        **({} if auc is None else {"roc_auc": auc, "auc_gap": auc - promised(score)}),
        "late_gap": float(late.mean() - score.mean()),
        "brier_score": float(((late - score) ** 2).mean()),
        "calibration_error": calibration_error(late, score),
    }


def promised(score: Numbers) -> float:
    """The ROC AUC that probabilities lead to expect, were they right: a clear day has fewer surprises than others.

    Of all pairs of a late flight and a punctual one, weighted by how likely they are, the share put in order.
    """
    ordered = np.sort(score)
    punctual = np.cumsum(1 - ordered) - (1 - ordered) / 2
    return float((ordered * punctual).sum() / (ordered.sum() * (1 - ordered).sum()))
