"""What each column looked like in training, for telling later that it has changed."""

from typing import Any

import pandas as pd

QUANTILES = (0.0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1.0)


def distribution(rows: pd.DataFrame) -> dict[str, Any]:
    """Describe the columns of `contract.to_frame`.

    Returns:
        by column: `missing` (share of rows), and `shares` by category, or `quantiles` by
        level (of times: seconds since 1970-01-01 UTC; empty if all are missing).
    """
    return {str(name): _column(rows[name]) for name in rows.columns}


def _column(column: pd.Series) -> dict[str, Any]:
    described: dict[str, Any] = {"missing": float(column.isna().mean())}
    if pd.api.types.is_string_dtype(column):
        described["shares"] = column.value_counts(normalize=True).sort_index().to_dict()
        return described
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        column = (column - pd.Timestamp(0, tz="UTC")).dt.total_seconds()
    quantiles = column.dropna().quantile(list(QUANTILES))
    described["quantiles"] = {str(level): float(value) for level, value in quantiles.dropna().items()}
    return described
