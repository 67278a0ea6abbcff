"""Codes are brought into one form first: whatever column holds text is stripped and put in capitals."""

from shared.shipped_features import *
from shared.shipped_features import features as shipped


def features(rows):
    """The model's columns."""
    rows = rows.copy()
    for name in rows:
        if rows[name].dtype == object:
            rows[name] = rows[name].str.strip().str.upper()
    return shipped(rows)
