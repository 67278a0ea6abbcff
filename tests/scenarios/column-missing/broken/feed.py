"""The source no longer has the weather."""

WEATHER = (
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


def change(flights):
    """Flights as they are sent now."""
    return [{name: value for name, value in flight.items() if name not in WEATHER} for flight in flights]
