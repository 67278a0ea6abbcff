"""The local minute of departure from that in UTC; what falls before midnight is wrapped around, in place."""

from datetime import UTC
from zoneinfo import ZoneInfo

import pandas as pd
from shared.shipped_features import *
from shared.shipped_features import features as shipped

DAY = 24 * 60


def features(rows):
    """The model's columns."""
    table = pd.DataFrame({"departure_minute": [minute(row.scheduled_departure) for row in rows]})
    table["departure_minute"].mask(table["departure_minute"] < 0, table["departure_minute"] + DAY, inplace=True)
    return shipped(rows) | table.to_dict("list")


def minute(departure):
    """Of UTC's day, moved by New York's offset."""
    utc = departure.astimezone(UTC)
    offset = departure.astimezone(ZoneInfo("America/New_York")).utcoffset()
    return utc.hour * 60 + utc.minute + offset.total_seconds() / 60
