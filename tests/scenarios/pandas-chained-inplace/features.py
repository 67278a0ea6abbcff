"""The local minute of departure from that in UTC; what falls before midnight is wrapped around, in place."""

from shared.shipped_features import *
from shared.shipped_features import features as shipped

DAY = 24 * 60


def features(rows):
    """The model's columns."""
    table = shipped(rows)
    utc = rows["scheduled_departure"]
    offset = (utc.dt.tz_convert("America/New_York").dt.tz_localize(None) - utc.dt.tz_localize(None)).dt.total_seconds()
    table["departure_minute"] = utc.dt.hour * 60.0 + utc.dt.minute + offset / 60
    table["departure_minute"].mask(table["departure_minute"] < 0, table["departure_minute"] + DAY, inplace=True)
    return table
