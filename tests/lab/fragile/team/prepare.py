"""The team's columns, computed from the flights of a request."""

import pandas as pd


def columns(flights):
    """One row per flight."""
    rows = pd.DataFrame(flights)
    departure = pd.to_datetime(rows["scheduled_departure"], utc=True).dt.tz_convert("America/New_York")
    return pd.DataFrame(
        {
            "carrier": rows["carrier"],
            "origin": rows["origin"],
            "hour": departure.dt.hour + departure.dt.minute / 60,
            "distance": rows["distance_miles"].astype(float),
            "delay": rows["recent_delay_minutes"].astype(float).fillna(0.0),
            "temperature": rows["temperature_f"].astype(float).fillna(50.0),
            "wind": rows["wind_speed_mph"].astype(float).fillna(10.0),
        }
    )
