"""A branch: the minute of departure counts from three in the morning, when the operating day begins."""

from shared.shipped_features import *
from shared.shipped_features import features as shipped


def features(rows):
    """The model's columns."""
    columns = shipped(rows)
    return columns | {"departure_minute": [(minute - 3 * 60) % (24 * 60) for minute in columns["departure_minute"]]}
