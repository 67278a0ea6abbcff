"""The model's columns, in half the time."""

import pandas as pd
from shared.shipped_features import CATEGORICAL, NUMERIC


def features(rows):
    """One row per flight."""
    table = pd.DataFrame([{name: getattr(row, name) for name in row.__struct_fields__} for row in rows])
    departure = pd.to_datetime(table["scheduled_departure"], utc=True).dt.tz_convert("America/New_York")
    arrival = pd.to_datetime(table["scheduled_arrival"], utc=True)
    table["departure_minute"] = departure.dt.hour * 60.0 + departure.dt.minute
    table["departure_weekday"] = departure.dt.dayofweek * 1.0
    table["scheduled_minutes"] = (arrival - departure).dt.total_seconds() / 60
    table["wind_gust_mph"] = table["wind_gust_mph"].astype(float).fillna(0.0)
    return table[[*CATEGORICAL, *NUMERIC]].to_dict("list")
