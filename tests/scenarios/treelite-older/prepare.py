"""The team's columns: numbers of a flight as they are, missing where they are missing."""

import pandas as pd

NUMBERS = [
    *("distance_miles", "recent_delay_minutes", "recent_carrier_delay_minutes", "temperature_f", "humidity_percent"),
    *("wind_speed_mph", "wind_gust_mph", "pressure_hpa", "visibility_miles"),
]


def columns(flights):
    """One row per flight."""
    return pd.DataFrame(flights)[NUMBERS].astype(float)
