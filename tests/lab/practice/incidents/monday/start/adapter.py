"""Between the airport's systems and prod: every flight passes through here."""


def adapt(flight):
    """The flight as prod gets it: a dict with a key for each field."""
    return flight
