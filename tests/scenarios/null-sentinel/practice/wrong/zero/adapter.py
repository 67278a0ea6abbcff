"""Between the loader and prod: every flight passes through here."""


def adapt(flight):
    """The flight, with a number in every field."""
    return {name: 0 if value == -999 else value for name, value in flight.items()}
