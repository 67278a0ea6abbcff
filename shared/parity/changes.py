"""Changes of one row that its contract forbids: a field dropped, renamed, of another type, range, unit or format.

They are derived from the contract: what is generated for a field is held against its schema, and
what the schema allows, or equals what was there, is no such change.
"""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from shared.parity.rowschema import Contract, Property
from shared.parity.units import readings

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """A row changed as it must not be.

    Attributes:
        kind: of change.
        fields: at fault; a problem is to name one of them.
        twice: a key to be given once more, with this value.
    """

    kind: str
    fields: tuple[str, ...]
    row: Row
    twice: Mapping[str, Any] = field(default_factory=dict)

    @property
    def body(self) -> str:
        """A request of that row alone; as text, since JSON forbids some of it (NaN, a key given twice)."""
        text = json.dumps(self.row)
        for name, value in self.twice.items():
            text = f"{text[:-1]}, {json.dumps(name)}: {json.dumps(value)}}}"
        return f'{{"instances": [{text}]}}'

    @property
    def shown(self) -> str:
        """What the first field at fault holds now."""
        name = self.fields[0]
        values = {**self.row, **self.twice}
        return f"{name} {json.dumps(values[name])}" if name in values else f"no {name}"


def changes(contract: Contract, row: Row, other: Row) -> Iterator[Change]:
    """Every forbidden change of a row that keeps the contract.

    Args:
        other: another such row, for the value of a key that is given twice.
    """
    if contract.closed:
        yield Change("unknown field", ("no_such_field",), {**row, "no_such_field": 1})
    for name, rules in contract.fields.items():
        if name not in row:
            continue
        rest = {other: value for other, value in row.items() if other != name}
        if rules.required:
            yield Change("dropped", (name,), rest)
        if rules.required or contract.closed:
            new = _renamed(name)
            yield Change("renamed", (name, new), {**rest, new: row[name]})
        if other.get(name) != row[name]:
            yield Change("key given twice", (name,), row, {name: other.get(name)})
        for kind, value in _values(rules, row[name]):
            if not rules.allows(value) and not _same(value, row[name]):
                yield Change(kind, (name,), {**row, name: value})
    yield from _swapped(contract, row)


def _swapped(contract: Contract, row: Row) -> Iterator[Change]:
    for one, two in combinations(contract.fields, 2):
        if one not in row or two not in row or _same(row[one], row[two]):
            continue
        broken = [name for name, taken in ((one, two), (two, one)) if not contract.fields[name].allows(row[taken])]
        if broken:
            yield Change("swapped with another field", (*broken,), {**row, one: row[two], two: row[one]})


def _renamed(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others)) if others else name.upper()


def _values(rules: Property, value: Any) -> Iterator[tuple[str, Any]]:
    """What a field may hold by mistake, whether it is forbidden there or not."""
    yield "null", None
    yield "null as text", "null"
    yield "empty text", ""
    yield "NA as text", "NA"
    yield "-999 for missing", -999
    yield "truth value", True
    yield "list", [value]
    yield "object", {"value": value}
    if rules.is_number and value is not None:
        yield from _numbers(rules, value)
    elif rules.is_time and isinstance(value, str):
        yield from _times(dt.datetime.fromisoformat(value.upper()))
    elif isinstance(value, str):
        yield from _texts(value)
    elif isinstance(value, bool):
        yield "truth value as text", str(value).lower()
        yield "truth value as number", int(value)


def _numbers(rules: Property, value: float) -> Iterator[tuple[str, Any]]:
    yield "number as text", str(value)
    yield "decimal comma", str(value).replace(".", ",")
    yield "number with its unit", f"{value} {rules.unit}"
    yield "NaN", float("nan")
    yield "Infinity", float("inf")
    yield "-Infinity", float("-inf")
    if rules.rules["type"] == "integer":
        yield "fraction of a whole number", value + 0.5
    for end, step in (("minimum", -1), ("maximum", 1), ("exclusiveMinimum", 0), ("exclusiveMaximum", 0)):
        if end in rules.rules:
            yield "below the range" if "inimum" in end else "above the range", rules.rules[end] + step
    for unit, reading in readings(rules.unit, value).items():
        yield f"in another unit ({unit})", reading


def _times(time: dt.datetime) -> Iterator[tuple[str, Any]]:
    seconds = int(time.timestamp())
    yield "seconds since 1970", seconds
    yield "seconds since 1970 as text", str(seconds)
    yield "milliseconds since 1970", seconds * 1000
    yield "time without offset", f"{time:%Y-%m-%dT%H:%M:%S}"
    yield "space for the T", time.isoformat(" ")
    yield "offset without colon", f"{time:%Y-%m-%dT%H:%M:%S%z}"
    yield "name of a zone for the offset", f"{time:%Y-%m-%dT%H:%M:%S} Europe/Berlin"
    yield "day first", f"{time:%d-%m-%YT%H:%M:%S}Z"
    yield "month/day/year", f"{time:%m/%d/%Y %H:%M}"
    yield "twelve-hour clock", f"{time:%Y-%m-%dT%I:%M:%S %p}"
    yield "time without seconds", f"{time:%Y-%m-%dT%H:%M}Z"
    yield "time without separators", f"{time:%Y%m%dT%H%M%S}Z"
    yield "date alone", f"{time:%Y-%m-%d}"
    yield "a day that there is not", f"{time:%Y}-02-30T{time:%H:%M:%S}Z"


def _texts(value: str) -> Iterator[tuple[str, Any]]:
    yield "lower case", value.lower()
    yield "space before", f" {value}"
    yield "space after", f"{value} "
    yield "line end after", f"{value}\n"
    yield "cut short", value[:-1]
    yield "doubled", value * 2
    yield "look-alike letters", "".join(chr(ord(letter) + 0xFEE0) for letter in value)  # full-width forms
    yield "number for text", 7


def _same(one: Any, other: Any) -> bool:
    """Equal as JSON: true is not 1."""
    return json.dumps(one) == json.dumps(other) or (
        one == other and not isinstance(one, bool) and not isinstance(other, bool)
    )
