"""Between the airport's system and prod: every flight passes through here."""


def adapt(flight):
    """The flight as the contract wants it; a delay that is not known is null."""
    flight.pop("recent_delay_min", None)
    flight["recent_delay_minutes"] = None
    return flight
