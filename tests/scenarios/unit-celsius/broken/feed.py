"""The source has changed to metric units, and kept the names."""

FAHRENHEIT = ("temperature_f", "dew_point_f")


def change(flights):
    """Flights as they are sent now."""
    return [{**flight, **{name: _celsius(flight[name]) for name in FAHRENHEIT}} for flight in flights]


def _celsius(fahrenheit):
    return None if fahrenheit is None else round((fahrenheit - 32) / 1.8, 2)
