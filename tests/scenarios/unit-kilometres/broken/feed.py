"""The source measures in kilometres, and has kept the name."""

KILOMETRES = 1.609344


def change(flights):
    """Flights as they are sent now."""
    return [{**flight, "distance_miles": round(flight["distance_miles"] * KILOMETRES)} for flight in flights]
