"""The source of the data has renamed a column."""


def change(flights):
    """Flights as they are sent now."""
    return [
        {name.replace("recent_delay_minutes", "recent_delay_min"): value for name, value in flight.items()}
        for flight in flights
    ]
