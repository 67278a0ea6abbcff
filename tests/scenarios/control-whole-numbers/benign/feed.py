"""A sender that writes whole numbers without a decimal point."""


def change(flights):
    """The same numbers."""
    return [{name: shortened(value) for name, value in flight.items()} for flight in flights]


def shortened(value):
    """40 for 40.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
