"""The model's columns: what `shared/problem/features.py` makes of rows, for training and for serving alike."""

from collections.abc import Sequence

import pandas as pd

from shared import contract
from shared.problem.features import CATEGORICAL, NUMERIC, features

__all__ = ["CATEGORICAL", "NUMERIC", "frame"]


def frame(rows: Sequence[contract.Row]) -> pd.DataFrame:
    """The model's columns of rows.

    Returns:
        shape (len(rows), len(CATEGORICAL) + len(NUMERIC)), columns in that order.
    """
    return features(contract.to_frame(rows))
