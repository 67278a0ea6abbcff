"""The source of the data has always sent codes of carriers and airports in small letters."""


def change(flights):
    """Flights as they are sent."""
    return [
        {**flight, "carrier": flight["carrier"].lower(), "destination": flight["destination"].lower() + " "}
        for flight in flights
    ]
