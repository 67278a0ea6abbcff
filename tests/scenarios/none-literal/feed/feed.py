"""The source sends CSV, with the word None for an hour without rain."""

import client


def encode(flights):
    """Body and content type."""
    return client.as_csv([{**flight, "precipitation_inches": _rain(flight)} for flight in flights])


def _rain(flight):
    return "None" if flight["precipitation_inches"] == 0 else flight["precipitation_inches"]
