"""A gateway between the source and prod writes codes in lower case."""


def change(flights):
    """Flights as they are sent now."""
    return [
        {**flight, "carrier": flight["carrier"].lower(), "destination": flight["destination"].lower()}
        for flight in flights
    ]
