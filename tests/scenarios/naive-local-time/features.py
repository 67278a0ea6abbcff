"""The departure's hour taken from the machine's local time, as `datetime.fromtimestamp` gives it."""

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
