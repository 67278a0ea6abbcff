"""From the contract's columns to the model's columns, for training and for serving alike."""

import pandas as pd

TIME_ZONES = {
    "EWR": "America/New_York",
    "JFK": "America/New_York",
    "LGA": "America/New_York",
}
"""IANA time zone of each origin: travellers and airlines live by local time."""

CATEGORICAL = ("carrier", "origin", "destination")
NUMERIC = (
    "departure_minute",
    "departure_weekday",
    "scheduled_minutes",
    "distance_miles",
    "departures_this_hour",
    "recent_delay_minutes",
    "recent_carrier_delay_minutes",
    "temperature_f",
    "dew_point_f",
    "humidity_percent",
    "wind_direction_degrees",
    "wind_speed_mph",
    "wind_gust_mph",
    "precipitation_inches",
    "pressure_hpa",
    "visibility_miles",
)


def features(rows: pd.DataFrame) -> pd.DataFrame:
    """Compute the model's columns.

    Args:
        rows: shape (n, fields of the contract), as `contract.to_frame` makes them.

    Returns:
        shape (n, len(CATEGORICAL) + len(NUMERIC)). `departure_minute` counts from local
        midnight at the origin (0 to 1439), `departure_weekday` from Monday (0 to 6),
        `scheduled_minutes` is from gate to gate.
    """
    minute = pd.Series(0.0, index=rows.index)
    weekday = pd.Series(0.0, index=rows.index)
    for zone in sorted({TIME_ZONES[origin] for origin in rows["origin"].unique()}):
        here = rows["origin"].map(TIME_ZONES) == zone
        local = rows.loc[here, "scheduled_departure"].dt.tz_convert(zone)
        minute[here] = local.dt.hour * 60.0 + local.dt.minute
        weekday[here] = local.dt.day_of_week.astype("float64")
    block = rows["scheduled_arrival"] - rows["scheduled_departure"]
    computed = rows.assign(
        departure_minute=minute,
        departure_weekday=weekday,
        scheduled_minutes=block.dt.total_seconds() / 60,
    )
    return computed[[*CATEGORICAL, *NUMERIC]]
