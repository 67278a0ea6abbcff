"""The source has changed to another unit, and kept the name."""

INCHES_OF_MERCURY = 0.0295299830714


def change(flights):
    """Flights as they are sent now."""
    return [{**flight, "pressure_hpa": _inches(flight["pressure_hpa"])} for flight in flights]


def _inches(hectopascals):
    return None if hectopascals is None else round(hectopascals * INCHES_OF_MERCURY, 2)
