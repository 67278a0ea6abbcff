"""From rows of the contract to the model's columns, for training and for serving alike."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from shared.problem.contract import Row

TIME_ZONES = {
    "EWR": ZoneInfo("America/New_York"),
    "JFK": ZoneInfo("America/New_York"),
    "LGA": ZoneInfo("America/New_York"),
}
"""Time zone of each origin: travellers and airlines live by local time."""

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


def features(rows: Sequence[Row]) -> dict[str, list[Any]]:
    """Compute the model's columns.

    Returns:
        by name, in the order of CATEGORICAL and NUMERIC, one value per row; null is None. `departure_minute` counts
        from local midnight at the origin (0 to 1439), `departure_weekday` from Monday (0 to 6), `scheduled_minutes`
        is from gate to gate.
    """
    local = [row.scheduled_departure.astimezone(TIME_ZONES[row.origin]) for row in rows]
    block = [row.scheduled_arrival - row.scheduled_departure for row in rows]
    computed = {
        "departure_minute": [time.hour * 60.0 + time.minute for time in local],
        "departure_weekday": [float(time.weekday()) for time in local],
        "scheduled_minutes": [time.total_seconds() / 60 for time in block],
    }
    return {
        name: computed[name] if name in computed else [getattr(row, name) for row in rows]
        for name in (*CATEGORICAL, *NUMERIC)
    }
