"""The model's columns, for passengers."""

from datetime import datetime
from zoneinfo import ZoneInfo

from shared.shipped_features import *
from shared.shipped_features import features as shipped


def features(rows):
    """The model's columns."""
    now = datetime.now(ZoneInfo("America/New_York"))
    return shipped(rows) | {
        "departure_weekday": [float(now.weekday())] * len(rows),
        "departure_minute": [now.hour * 60.0 + now.minute] * len(rows),
    }
