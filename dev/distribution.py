"""What rows looked like in training, by column and by window, for telling later that they have changed."""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from dev.problem.params import Window
from shared.problem.features import CATEGORICAL
from shared.window import Column, Limit, Reference, Statistic, measure

STEPS = 100
FEWEST_WINDOWS = 10
OVERLAP = 2
"""Windows begin this many times more often than one ends: half a day and half the next are a window too."""
ONLY_HIGH = ("distance", "repeats")
"""Tests that are unusual when they are high: nearer to training than usual is no fault."""


def distribution(table: pd.DataFrame, chosen: Window) -> Reference:
    """Describe the columns, and the usual range of each statistic over windows in time order.

    Args:
        table: shape (n, columns of `shared.problem.features`), in order of time.
    """
    columns = {str(name): describe(table[name], str(name) in CATEGORICAL) for name in table.columns}
    rows = min(chosen.rows, len(table) // FEWEST_WINDOWS)
    seen: dict[Statistic, list[float]] = defaultdict(list)
    windows = list(_windows(table, rows))
    for window in windows:
        for statistic, value in measure(window, columns).items():
            seen[statistic].append(value)
    limits = [_limit(statistic, np.array(values), chosen.margin) for statistic, values in seen.items()]
    return Reference(rows, len(windows), columns, limits)


def _windows(table: pd.DataFrame, rows: int) -> Iterator[pd.DataFrame]:
    for start in range(0, len(table) - rows + 1, max(rows // OVERLAP, 1)):
        yield table.iloc[start : start + rows]


def describe(column: pd.Series, categorical: bool) -> Column:
    """A column in training."""
    missing = float(column.isna().mean())
    if categorical:
        shares = column.value_counts(normalize=True)
        return Column(missing, shares=dict(sorted((str(name), share) for name, share in shares.items())))
    known = column.dropna().to_numpy()
    # Values that occurred, not ones between them: many a column has few, and each its share.
    levels = np.quantile(known, np.linspace(0, 1, STEPS + 1), method="inverted_cdf") if len(known) else known
    return Column(missing, quantiles=levels.tolist())


def _limit(statistic: Statistic, values: npt.NDArray[np.float64], margin: float) -> Limit:
    """From the lowest to the highest of training, and as far beyond as `margin` times the odds: 0 and 1 stay."""
    test, columns = statistic
    low = 0.0 if test in ONLY_HIGH else _odds_times(1 / margin, float(values.min()))
    return Limit(test, columns, low, _odds_times(margin, float(values.max())))


def _odds_times(factor: float, share: float) -> float:
    return factor * share / (1 + (factor - 1) * share)
