"""The departure's minute and weekday."""

from zoneinfo import ZoneInfo

from shared.shipped_features import *
from shared.shipped_features import features as shipped

ZONE = ZoneInfo("America/New_York")


def features(rows):
    """The model's columns."""
    local = [row.scheduled_departure.astimezone(ZONE) for row in rows]
    return shipped(rows) | {
        "departure_minute": [time.hour * 60.0 + time.minute for time in local],
        "departure_weekday": [float(time.weekday()) for time in local],
    }
