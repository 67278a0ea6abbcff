"""The source keeps airline codes in a column of type CHAR(4), which is filled up with spaces."""


def change(flights):
    """Flights as they are sent now."""
    return [{**flight, "carrier": flight["carrier"].ljust(4)} for flight in flights]
