"""Between the weather provider and prod: every flight passes through here."""


def adapt(flight):
    """The flight with its temperature converted."""
    temperature = flight["temperature_f"]
    return flight | {"temperature_f": None if temperature is None else round(temperature * 1.8 + 32, 2)}
