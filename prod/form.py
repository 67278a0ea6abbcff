"""The page's form: an input for each field of the contract, under the problem's headings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared import contract
from shared.artifact import Passport
from shared.columns import CATEGORICAL
from shared.problem.target import ROW, ROWS
from shared.problem.words import GROUPS

MORE = "More"
SIGNS = {
    ROW: ROWS,
    "1": "",
    "EUR": "€",
    "GBP": "£",
    "USD": "$",
    "day": "days",
    "degC": "°C",
    "degF": "°F",
    "degree": "°",
    "hour": "h",
    "inch": "in",
    "inch/hour": "in/h",
    "kelvin": "K",
    "metre": "m",
    "mile": "mi",
    "minute": "min",
    "month": "months",
    "percent": "%",
    "pound": "lb",
    "second": "s",
    "year": "years",
}
"""How people write units, where it is not as the contract does."""
UNIT_WORDS = (
    *("_c", "_cm", "_degrees", "_eur", "_f", "_g", "_gbp", "_hours", "_hpa", "_inches", "_k", "_kg", "_km", "_km_h"),
    *("_kmh", "_kwh", "_lb", "_m", "_miles", "_minutes", "_mm", "_mph", "_ms", "_percent", "_seconds", "_usd"),
)
"""Ends of names that the unit beside the input says already."""
UNKNOWN, TRUE, FALSE = "", "true", "false"


@dataclass(frozen=True)
class Field:
    """One input of the form, from one field of the contract.

    Attributes:
        value: of the sample request, as text; empty for null.
        kind: `number` (sent as one), `truth` (sent as true or false), `time` or `text`.
        nullable: sent as null if empty.
        choices: every value that the contract allows, if it lists them.
        seen: values seen in training, where others are allowed too.
    """

    name: str
    label: str
    hint: str
    limits: str
    unit: str
    value: str
    kind: str
    nullable: bool
    choices: list[str]
    seen: list[str]


def sign(unit: str) -> str:
    """A unit as people write it."""
    return SIGNS.get(unit, unit)


def groups(row: Mapping[str, Any], passport: Passport) -> dict[str, list[Field]]:
    """The fields of the contract under their headings; those that have none come last.

    Args:
        row: of the sample request.
    """
    titles = {name: title for title, names in GROUPS.items() for name in names}
    found: dict[str, list[Field]] = {title: [] for title in (*GROUPS, MORE)}
    for name, schema in contract.PROPERTIES.items():
        found[titles.get(name, MORE)].append(_field(name, schema, row.get(name), passport))
    return {title: fields for title, fields in found.items() if fields}


def _field(name: str, schema: Mapping[str, Any], value: Any, passport: Passport) -> Field:
    unit = schema.get("x-unit", "")
    label = next((name.removesuffix(word) for word in UNIT_WORDS if name.endswith(word)), name) if unit else name
    limits = f"{schema['minimum']:,} to {schema['maximum']:,}" if {"minimum", "maximum"} <= schema.keys() else ""
    nullable = name in contract.NULLABLE
    choices = [TRUE, FALSE] if schema.get("type") == "boolean" else schema.get("enum", [])
    known = name in contract.OPEN_CATEGORIES and name in CATEGORICAL
    return Field(
        name,
        label.replace("_", " ").capitalize(),
        schema.get("description", ""),
        limits.replace("-", "\N{MINUS SIGN}"),
        sign(unit),
        UNKNOWN if value is None else str(value).lower() if isinstance(value, bool) else str(value),
        _kind(name, schema),
        nullable,
        [UNKNOWN, *choices] if choices and nullable else choices,
        sorted(passport.distribution.columns[name].shares) if known else [],
    )


def _kind(name: str, schema: Mapping[str, Any]) -> str:
    if name in contract.NUMBERS:
        return "number"
    if name in contract.TIMES:
        return "time"
    return "truth" if schema.get("type") == "boolean" else "text"
