"""Columns that follow from others: the relation holds in every season, and breaks when one of them changes its unit.

A price follows from an area and a year, a duration from a distance. Relations are found, not declared: each column is
regressed on the two others that explain most of it, their squares and their product.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np
import numpy.typing as npt
import pandas as pd

from shared.columns import NUMERIC

COMPANIONS = 2
MIN_EXPLAINED = 0.9
"""Share of a column's variance that its companions must explain."""
MIN_ROWS = 200
RIDGE = 1e-6
MIN_DEVIATION = 1e-3
"""Smallest residual of a relation, in standard deviations of the column: rounding is no deviation."""

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ColumnRelation:
    """A column as a quadratic function of its companions, all of them standardised.

    Attributes:
        columns: the column, then its companions.
        centres, scales: of `columns`, in training.
        lowest, highest: of `columns`, in training.
        coefficients: of 1, the companions, their squares and products.
        deviation: standard deviation of the residuals, in training.
    """

    columns: tuple[str, ...]
    centres: list[float]
    scales: list[float]
    lowest: list[float]
    highest: list[float]
    coefficients: list[float]
    deviation: float

    def off(self, table: pd.DataFrame) -> Numbers:
        """How far the column is from what its companions predict, in units of `deviation`.

        Rows that miss a value are left out, and rows whose companions are beyond training: nothing is known there.
        """
        values = _complete(table[list(self.columns)].to_numpy(dtype="float64"))
        within = (values[:, 1:] >= self.lowest[1:]) & (values[:, 1:] <= self.highest[1:])
        standard = (values[within.all(axis=1)] - self.centres) / self.scales
        residuals: Numbers = standard[:, 0] - _terms(standard[:, 1:]) @ self.coefficients
        return residuals / self.deviation


def relations(table: pd.DataFrame) -> Iterator[ColumnRelation]:
    """The relations that hold in a table of shape (n, columns of `shared.problem.features`)."""
    values = table[list(NUMERIC)].to_numpy(dtype="float64")
    known = ~np.isnan(values)
    varying = [at for at in range(len(NUMERIC)) if known[:, at].sum() >= MIN_ROWS and np.nanstd(values[:, at]) > 0]
    standard = np.zeros_like(values)
    for at in varying:
        standard[:, at] = (values[:, at] - np.nanmean(values[:, at])) / np.nanstd(values[:, at])
    together = np.nan_to_num(standard).T @ np.nan_to_num(standard) / len(values)
    for at in varying:
        companions = _companions(together, at, varying)
        if len(companions) == COMPANIONS:
            relation = fitted([NUMERIC[column] for column in (at, *companions)], table)
            if relation and relation.deviation**2 <= 1 - MIN_EXPLAINED:
                yield relation


def _companions(together: Numbers, at: int, among: Sequence[int]) -> list[int]:
    """The columns that explain most of one, chosen one by one.

    Args:
        together: correlations of all columns, shape (columns, columns).
        at: the column to explain.
        among: columns to choose from.
    """
    chosen: list[int] = []
    for _ in range(COMPANIONS):
        explained = {}
        for other in among:
            if other != at and other not in chosen:
                those = [*chosen, other]
                inner = together[np.ix_(those, those)] + RIDGE * np.eye(len(those))
                explained[other] = float(together[those, at] @ np.linalg.solve(inner, together[those, at]))
        if explained:
            chosen.append(max(explained, key=explained.__getitem__))
    return chosen


def fitted(columns: Sequence[str], table: pd.DataFrame) -> ColumnRelation | None:
    """The relation between a column and its companions in a table; None if there are too few rows or no variance."""
    values = _complete(table[list(columns)].to_numpy(dtype="float64"))
    if len(values) < MIN_ROWS or not (scales := values.std(axis=0)).all():
        return None
    centres = values.mean(axis=0)
    standard = (values - centres) / scales
    terms = _terms(standard[:, 1:])
    coefficients = np.linalg.lstsq(terms, standard[:, 0], rcond=None)[0]
    deviation = max(float((standard[:, 0] - terms @ coefficients).std()), MIN_DEVIATION)
    return ColumnRelation(
        tuple(columns),
        centres.tolist(),
        scales.tolist(),
        values.min(axis=0).tolist(),
        values.max(axis=0).tolist(),
        coefficients.tolist(),
        deviation,
    )


def _terms(companions: Numbers) -> Numbers:
    ones = np.ones(len(companions))
    products = [one * other for one, other in combinations_with_replacement(companions.T, 2)]
    return np.stack([ones, *companions.T, *products], axis=1)


def _complete(values: Numbers) -> Numbers:
    complete: Numbers = values[~np.isnan(values).any(axis=1)]
    return complete
