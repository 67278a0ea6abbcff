"""Units that a number is taken for by mistake, and what it then reads."""

from collections.abc import Callable

MISTAKEN: dict[str, dict[str, Callable[[float], float]]] = {
    "degF": {"degC": lambda value: (value - 32) / 1.8, "kelvin": lambda value: (value - 32) / 1.8 + 273.15},
    "mph": {
        "km/h": lambda value: value * 1.609344,
        "m/s": lambda value: value * 0.44704,
        "knot": lambda value: value * 0.868976,
    },
    "mile": {
        "km": lambda value: value * 1.609344,
        "nautical mile": lambda value: value * 0.868976,
        "metre": lambda value: value * 1609.344,
    },
    "minute": {"hour": lambda value: value / 60, "second": lambda value: value * 60},
    "percent": {"fraction": lambda value: value / 100},
    "degree": {"radian": lambda value: value * 0.01745329},
    "inch/hour": {"mm/hour": lambda value: value * 25.4},
    "hPa": {
        "inHg": lambda value: value * 0.02953,
        "mmHg": lambda value: value * 0.750062,
        "Pa": lambda value: value * 100,
        "kPa": lambda value: value / 10,
    },
}
"""By the contract's `x-unit`, other units and the number in them."""


def readings(unit: str, value: float) -> dict[str, float]:
    """A number as it reads in other units; those that it reads the same in are left out."""
    values = {name: round(convert(value), 4) for name, convert in MISTAKEN.get(unit, {}).items()}
    return {name: reading for name, reading in values.items() if reading != value}
