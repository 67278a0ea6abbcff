"""The departure's clock time, as the machine that computes it tells it."""

import time

from shared.shipped_features import *
from shared.shipped_features import features as shipped


def features(rows):
    """The model's columns."""
    local = [time.localtime(row.scheduled_departure.timestamp()) for row in rows]
    return shipped(rows) | {
        "departure_minute": [clock.tm_hour * 60.0 + clock.tm_min for clock in local],
        "departure_weekday": [float(clock.tm_wday) for clock in local],
    }
