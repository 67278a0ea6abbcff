"""The model's columns: what `shared/problem/features.py` makes of rows, for training and for serving alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from shared.contract import Row
from shared.problem.features import CATEGORICAL, NUMERIC, features

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CATEGORICAL", "NUMERIC", "Columns", "Table", "features", "frame", "numbers", "table"]

Columns = Mapping[str, Sequence[Any]]
"""As `features` gives them: by name, one value per row."""


class Table(Protocol):
    """The same, or a data frame of them."""

    def __getitem__(self, name: str, /) -> Any:
        """One value per row."""


def frame(rows: Sequence[Row]) -> pd.DataFrame:
    """The model's columns of rows, as a table.

    Returns:
        shape (len(rows), len(CATEGORICAL) + len(NUMERIC)), columns in that order: text, then float64, null as NaN.
    """
    return table(features(rows))


def table(columns: Columns) -> pd.DataFrame:
    """The same of columns that were computed."""
    import pandas as pd  # half a second, which who serves need not wait for

    # Nulls alone would be objects, and None another category than NaN.
    texts = {name: pd.Series(columns[name], dtype="str") for name in CATEGORICAL}
    return pd.DataFrame({**texts, **dict(zip(NUMERIC, numbers(columns).T, strict=True))})


def numbers(columns: Table) -> npt.NDArray[np.float64]:
    """The numeric columns; shape (rows, len(NUMERIC)), null as NaN."""
    return np.array([columns[name] for name in NUMERIC], dtype="float64").T
