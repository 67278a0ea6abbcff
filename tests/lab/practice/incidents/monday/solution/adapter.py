"""Between the airport's systems and prod: every flight passes through here."""


def adapt(flight):
    """The flight under the names of the contract, and in its units."""
    flight["recent_delay_minutes"] = flight.pop("recent_delay_min")
    for name in ("temperature_f", "dew_point_f"):
        celsius = flight[name]
        flight[name] = None if celsius is None else round(celsius * 1.8 + 32, 2)
    return flight
