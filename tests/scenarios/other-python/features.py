"""A weather report is used if it is complete: if the weights of its values add up to one."""

from shared.shipped_features import *
from shared.shipped_features import features as shipped

WEIGHTS = {"temperature_f": 0.6, "dew_point_f": 0.3, "humidity_percent": 0.1}


def features(rows):
    """The model's columns."""
    weight = [sum(WEIGHTS[name] for name in WEIGHTS if getattr(row, name) is not None) for row in rows]
    used = [
        {name: getattr(row, name) if whole >= 1 else None for name in WEIGHTS}
        for row, whole in zip(rows, weight, strict=True)
    ]
    return shipped(rows) | {name: [report[name] for report in used] for name in WEIGHTS}
