"""Changes of a whole batch that stay inside the contract: no single row shows them.

Celsius are valid Fahrenheit, kilometres valid miles, and a clock that is an hour wrong is a clock.
Like the forbidden changes they come from the contract: units from `x-unit`, times and categories from types.
"""

import datetime as dt
import json
import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import permutations
from typing import Any

from shared.parity.rowschema import Contract, Property
from shared.parity.units import MISTAKEN, readings

HOURS = (1, -1, 5, -5)
"""A clock change missed, and an offset from UTC dropped or applied twice."""

Rows = Sequence[dict[str, Any]]


@dataclass(frozen=True)
class Shift:
    """Rows that are all changed in one way.

    Attributes:
        kind: of change.
        fields: that were changed.
    """

    kind: str
    fields: tuple[str, ...]
    rows: Rows

    @property
    def name(self) -> str:
        """Which fields, and how."""
        return f"{', '.join(self.fields)}: {self.kind}"


def shifts(contract: Contract, rows: Rows) -> Iterator[Shift]:
    """Every such change of a batch; those that change nothing in it are left out."""
    before = _text(rows)
    return (shift for shift in _shifts(contract, rows) if _text(shift.rows) != before)


def _shifts(contract: Contract, rows: Rows) -> Iterator[Shift]:
    fields = contract.fields.values()
    for field in fields:
        if field.is_number:
            yield from _units(field, rows)
        if field.is_category:
            yield _each("remapped", field, rows, _next_of({row[field.name] for row in rows} - {None}))
        if field.is_truth:
            yield _each("inverted", field, rows, operator.not_)
        if not field.is_time:
            middle = _median([row[field.name] for row in rows if row[field.name] is not None])
            yield _each("constant", field, rows, partial(_always, middle))
        if field.nullable:
            half = [{**row, field.name: None} if at % 2 else row for at, row in enumerate(rows)]
            yield Shift("half missing", (field.name,), half)
    times = [field.name for field in fields if field.is_time]
    for hours in HOURS if times else ():
        moved = [{**row, **{name: _moved(row[name], hours) for name in times if row[name]}} for row in rows]
        yield Shift(f"{hours:+} h", tuple(times), moved)
    for field in fields:
        if field.is_time:
            yield _each("+1 h", field, rows, lambda value: _moved(value, 1))
    yield from _pairs(contract, rows)


def _units(field: Property, rows: Rows) -> Iterator[Shift]:
    for unit in MISTAKEN.get(field.unit, {}):
        yield _each(f"in {unit}", field, rows, partial(_read, field, unit))


def _pairs(contract: Contract, rows: Rows) -> Iterator[Shift]:
    """Fields of one unit: swapped, and both in another."""
    for one, two in permutations(contract.fields.values(), 2):
        if one.name < two.name and one.unit and one.unit == two.unit:
            swapped = [{**row, one.name: row[two.name], two.name: row[one.name]} for row in rows]
            yield Shift("swapped", (one.name, two.name), swapped)
            for first in _units(one, rows):
                yield from (
                    Shift(both.kind, (one.name, two.name), both.rows)
                    for both in _units(two, first.rows)
                    if both.kind == first.kind
                )


def _each(kind: str, field: Property, rows: Rows, change: Callable[[Any], Any]) -> Shift:
    name = field.name
    return Shift(kind, (name,), [row if row[name] is None else {**row, name: change(row[name])} for row in rows])


def _read(field: Property, other: str, value: float) -> float:
    reading = readings(field.unit, value).get(other, value)
    return round(reading) if field.is_whole else reading


def _always(value: Any, _: Any) -> Any:
    return value


def _next_of(values: set[Any]) -> Callable[[Any], Any]:
    """Each value becomes the next in the alphabet, as when a code table has lost a line."""
    ordered = sorted(values)
    return lambda value: ordered[(ordered.index(value) + 1) % len(ordered)]


def _median(values: Sequence[Any]) -> Any:
    return sorted(values)[len(values) // 2] if values else None


def _moved(time: str, hours: int) -> str:
    moved = dt.datetime.fromisoformat(time.upper()) + dt.timedelta(hours=hours)
    return moved.isoformat().replace("+00:00", "Z")


def _text(rows: Rows) -> str:
    return json.dumps(list(rows))
