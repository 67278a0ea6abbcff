"""Units that a number is taken for by mistake, and what it then reads."""

import math
from collections.abc import Callable

_FACTORS: tuple[tuple[str, str, float], ...] = (
    # speed
    ("mph", "km/h", 1.609344),
    ("mph", "m/s", 0.44704),
    ("mph", "knot", 0.868976),
    ("km/h", "m/s", 1 / 3.6),
    ("km/h", "knot", 0.539957),
    ("m/s", "knot", 1.943844),
    # length
    ("mile", "km", 1.609344),
    ("mile", "nautical mile", 0.868976),
    ("mile", "metre", 1609.344),
    ("km", "nautical mile", 0.539957),
    ("km", "metre", 1000),
    ("metre", "cm", 100),
    ("metre", "foot", 3.28084),
    ("metre", "yard", 1.093613),
    ("foot", "inch", 12),
    ("cm", "mm", 10),
    ("cm", "inch", 1 / 2.54),
    ("mm", "inch", 1 / 25.4),
    # area and volume
    ("m2", "ft2", 10.763910),
    ("hectare", "acre", 2.471054),
    ("litre", "ml", 1000),
    ("litre", "gallon", 0.264172),
    ("litre", "m3", 1e-3),
    # mass
    ("kg", "pound", 2.204623),
    ("kg", "g", 1000),
    ("kg", "tonne", 1e-3),
    ("g", "mg", 1000),
    ("g", "ounce", 0.035274),
    ("pound", "ounce", 16),
    # time
    ("minute", "hour", 1 / 60),
    ("minute", "second", 60),
    ("hour", "second", 3600),
    ("day", "hour", 24),
    ("week", "day", 7),
    ("month", "day", 30.436875),
    ("year", "month", 12),
    ("year", "day", 365.2425),
    ("second", "ms", 1000),
    ("ms", "us", 1000),
    # money
    ("EUR", "cent", 100),
    ("USD", "cent", 100),
    ("GBP", "penny", 100),
    ("EUR", "kEUR", 1e-3),
    ("USD", "kUSD", 1e-3),
    ("GBP", "kGBP", 1e-3),
    # shares and angles
    ("percent", "fraction", 0.01),
    ("degree", "radian", 0.01745329),
    # pressure and rain
    ("hPa", "inHg", 0.02953),
    ("hPa", "mmHg", 0.750062),
    ("hPa", "Pa", 100),
    ("hPa", "kPa", 0.1),
    ("kPa", "Pa", 1000),
    ("kPa", "bar", 0.01),
    ("kPa", "psi", 0.145038),
    ("bar", "psi", 14.503774),
    ("inch/hour", "mm/hour", 25.4),
    # energy and power
    ("kWh", "Wh", 1000),
    ("kWh", "MWh", 1e-3),
    ("kWh", "MJ", 3.6),
    ("kcal", "kJ", 4.184),
    ("kW", "W", 1000),
    ("kW", "MW", 1e-3),
    ("kW", "hp", 1.341022),
    # data
    ("byte", "kB", 1e-3),
    ("kB", "MB", 1e-3),
    ("MB", "GB", 1e-3),
    ("MB/s", "Mbit/s", 8),
    # substance
    ("mg/dL", "g/L", 0.01),
)
"""One unit, another, and how many of the other there are in one."""

Conversion = Callable[[float], float]


def _times(factor: float) -> Conversion:
    return lambda value: value * factor


def _mistaken() -> dict[str, dict[str, Conversion]]:
    found: dict[str, dict[str, Conversion]] = {
        "degF": {"degC": lambda value: (value - 32) / 1.8, "kelvin": lambda value: (value - 32) / 1.8 + 273.15},
        "degC": {"degF": lambda value: value * 1.8 + 32, "kelvin": lambda value: value + 273.15},
        "kelvin": {"degC": lambda value: value - 273.15, "degF": lambda value: (value - 273.15) * 1.8 + 32},
        "L/100km": {"mpg": lambda value: 235.214583 / value if value else math.inf},
        "mpg": {"L/100km": lambda value: 235.214583 / value if value else math.inf},
    }
    for one, other, factor in _FACTORS:
        found.setdefault(one, {})[other] = _times(factor)
        found.setdefault(other, {})[one] = _times(1 / factor)
    return found


MISTAKEN = _mistaken()
"""By the contract's `x-unit`, other units and the number in them; each way, where people take one for the other."""


def readings(unit: str, value: float) -> dict[str, float]:
    """A number as it reads in other units; those that it reads the same in are left out."""
    values = {name: _rounded(convert(value)) for name, convert in MISTAKEN.get(unit, {}).items()}
    return {name: reading for name, reading in values.items() if reading != value and math.isfinite(reading)}


def _rounded(value: float) -> float:
    """As it would be written: four decimals, and six digits of what is small."""
    return round(value, 4) if abs(value) >= 0.01 or not math.isfinite(value) else float(f"{value:.6g}")
