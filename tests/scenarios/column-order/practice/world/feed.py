import client

THEN = (
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
NOW = (*THEN[:5], THEN[6], THEN[5], *THEN[7:])


def encode(flights):
    return _without_header(flights, NOW)


def before(flights):
    return _without_header(flights, THEN)


def _without_header(flights, order):
    body, content_type = client.as_csv([{name: flight[name] for name in order} for flight in flights])
    return body.partition(b"\r\n")[2], content_type
