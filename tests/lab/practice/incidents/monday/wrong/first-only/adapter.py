"""Between the airport's systems and prod: every flight passes through here."""


def adapt(flight):
    """The flight under the names of the contract."""
    flight["recent_delay_minutes"] = flight.pop("recent_delay_min")
    return flight
