"""What rows looked like in training, by column and by window: later rows are compared with it."""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from dev.params import WindowParams
from shared.columns import CATEGORICAL
from shared.window import Column, Limit, Reference, Statistic, measure

STEPS = 100
MIN_WINDOWS = 10
OVERLAP = 2
"""A new window begins twice in the length of a window: half of one day and half of the next are one, too."""
ONLY_HIGH = ("distance", "repeats")
"""Tests that are unusual only when high: nothing is wrong with rows nearer to training than usual."""


def distribution(table: pd.DataFrame, chosen: WindowParams) -> Reference:
    """Describe the columns, and the usual range of each statistic over windows in time order.

    Args:
        table: shape (n, columns of `shared.problem.features`), in order of time.
    """
    columns = {str(name): describe(table[name], str(name) in CATEGORICAL) for name in table.columns}
    rows = min(chosen.rows, len(table) // MIN_WINDOWS)
    measured: dict[Statistic, list[float]] = defaultdict(list)
    windows = list(_windows(table, rows))
    for window in windows:
        for statistic, value in measure(window, columns).items():
            measured[statistic].append(value)
    limits = [_limit(statistic, np.array(values), chosen.margin) for statistic, values in measured.items()]
    return Reference(rows, len(windows), columns, limits)


def _windows(table: pd.DataFrame, rows: int) -> Iterator[pd.DataFrame]:
    for start in range(0, len(table) - rows + 1, max(rows // OVERLAP, 1)):
        yield table.iloc[start : start + rows]


def describe(column: pd.Series, categorical: bool) -> Column:
    """Describe a column of training."""
    missing = float(column.isna().mean())
    if categorical:
        shares = column.value_counts(normalize=True)
        return Column(missing, shares=dict(sorted((str(name), share) for name, share in shares.items())))
    known = column.dropna().to_numpy()
    # Values that occurred, not ones between them: some columns have few different ones.
    levels = np.quantile(known, np.linspace(0, 1, STEPS + 1), method="inverted_cdf") if len(known) else known
    return Column(missing, quantiles=levels.tolist())


def _limit(statistic: Statistic, values: npt.NDArray[np.float64], margin: float) -> Limit:
    """From the lowest to the highest of training, widened by `margin`, a factor on the odds."""
    test, columns = statistic
    low = 0.0 if test in ONLY_HIGH else scale_odds(float(values.min()), 1 / margin)
    return Limit(test, columns, low, scale_odds(float(values.max()), margin))


def scale_odds(share: float, factor: float) -> float:
    """The share whose odds, share / (1 - share), are `factor` times as large; 0 and 1 stay."""
    return factor * share / (1 + (factor - 1) * share)
