"""Between the loader and prod: every flight passes through here."""


def adapt(flight):
    """What the loader writes for null is null again."""
    return {name: None if value == -999 else value for name, value in flight.items()}
