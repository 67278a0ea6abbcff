"""Codes come from records of fixed width, padded with blanks; whatever column holds text is stripped."""

from shared.shipped_features import *
from shared.shipped_features import features as shipped


def features(rows):
    """The model's columns."""
    padded = {"carrier": rows["carrier"].str.ljust(3), "destination": rows["destination"].str.ljust(4)}
    table = shipped(rows).assign(**padded)
    for name in table:
        if table[name].dtype == object:
            table[name] = table[name].str.strip()
    return table
