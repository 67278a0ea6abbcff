"""The source sends CSV without a header; it has changed the order of the columns."""

import client

ORDER = (
    "carrier",
    "origin",
    "destination",
    "scheduled_departure",
    "scheduled_arrival",
    "departures_this_hour",
    "distance_miles",
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


def encode(flights):
    """Body and content type."""
    body, content_type = client.as_csv([{name: flight[name] for name in ORDER} for flight in flights])
    return body.partition(b"\r\n")[2], content_type
