"""The departure's minute and weekday."""

import pandas as pd
from shared.shipped_features import *
from shared.shipped_features import features as shipped

DAY = 24 * 60 * 60


def features(rows):
    """The model's columns."""
    departure = pd.Series([row.scheduled_departure for row in rows])
    local = pd.to_datetime(departure, utc=True).dt.tz_convert("America/New_York").dt.tz_localize(None)
    seconds = local.astype("int64") // 10**9
    return shipped(rows) | {
        "departure_minute": (seconds % DAY // 60 * 1.0).tolist(),
        "departure_weekday": ((seconds // DAY + 3) % 7 * 1.0).tolist(),  # 1970 began on a Thursday
    }
