"""The model's columns: those that ship, with hour and weekday of the departure as the team computes them."""

from datetime import datetime

from shared.shipped_features import *
from shared.shipped_features import features as shipped


def features(rows):
    """The model's columns."""
    local = [datetime.fromtimestamp(row.scheduled_departure.timestamp()) for row in rows]
    return shipped(rows) | {
        "departure_minute": [float(time.hour * 60 + time.minute) for time in local],
        "departure_weekday": [float(time.weekday()) for time in local],
    }
