"""Between the weather provider and prod: every flight passes through here."""

TEMPERATURES = ("temperature_f", "dew_point_f")


def adapt(flight):
    """The flight with temperatures in degrees Fahrenheit, as the names say."""
    return flight | {name: fahrenheit(flight[name]) for name in TEMPERATURES}


def fahrenheit(celsius):
    """None where it is not known."""
    return None if celsius is None else round(celsius * 1.8 + 32, 2)
