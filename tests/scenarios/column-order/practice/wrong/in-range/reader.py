"""How prod reads a file of flights, which has no header."""

import io

import pandas as pd

COLUMNS = (
    "carrier",
    "origin",
    "destination",
    "scheduled_departure",
    "scheduled_arrival",
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


def read(request):
    """A table with the contract's columns."""
    table = pd.read_csv(io.BytesIO(request.get_data()), header=None, names=list(COLUMNS))
    table["distance_miles"] = table["distance_miles"].clip(lower=200)
    table["departures_this_hour"] = table["departures_this_hour"].clip(upper=90)
    return table
