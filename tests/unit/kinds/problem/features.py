"""The fields as they are."""

from collections.abc import Sequence
from typing import Any

from shared.problem.contract import Row

CATEGORICAL = ("town", "size")
NUMERIC = ("insured", "fragile", "pieces", "weight", "value")


def features(rows: Sequence[Row]) -> dict[str, list[Any]]:
    """A column for each field."""
    return {name: [getattr(row, name) for row in rows] for name in (*CATEGORICAL, *NUMERIC)}
