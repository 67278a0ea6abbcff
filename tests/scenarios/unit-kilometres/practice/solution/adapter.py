"""Between the source and prod: every flight passes through here."""

KILOMETRES = 1.609344


def adapt(flight):
    """The flight with its distance in miles, as the name says."""
    return flight | {"distance_miles": round(flight["distance_miles"] / KILOMETRES)}
