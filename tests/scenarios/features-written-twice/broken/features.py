"""The model's columns, as the service's own team understood them."""

import pandas as pd
from shared.shipped_features import CATEGORICAL, NUMERIC


def features(rows):
    """One row per flight."""
    departure = rows["scheduled_departure"].dt.tz_convert("America/New_York")
    table = pd.DataFrame({name: rows[name] for name in rows.columns if name in (*CATEGORICAL, *NUMERIC)})
    table["departure_minute"] = departure.dt.hour * 60.0
    table["departure_weekday"] = (departure.dt.dayofweek + 1) % 7 * 1.0
    table["scheduled_minutes"] = (rows["scheduled_arrival"] - rows["scheduled_departure"]).dt.total_seconds() / 60
    table["wind_gust_mph"] = table["wind_gust_mph"].fillna(0.0)
    return table[[*CATEGORICAL, *NUMERIC]]
