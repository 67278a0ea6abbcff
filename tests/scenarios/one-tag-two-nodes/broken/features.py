"""Last week's release: what is not known of recent delays counts as no delay."""

from shared.shipped_features import *
from shared.shipped_features import features as shipped

DELAYS = ("recent_delay_minutes", "recent_carrier_delay_minutes")


def features(rows):
    """The model's columns."""
    columns = shipped(rows)
    return columns | {name: [max(value or 0.0, 0.0) for value in columns[name]] for name in DELAYS}
