"""What a type of row allows: from one declaration, validation, its words, and JSON Schema (draft 2020-12).

Validation is strict, as msgspec does it: a number sent as text is refused, not converted.
"""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import SimpleNamespace
from typing import Any, Generic, TypeVar

import msgspec

from shared import declare

RFC_3339 = r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)"
"""The form of a time. msgspec takes a space for the T and an offset without its colon as well."""
PLAIN_TIME = f"(?!0001-01-01|9999-12-31){RFC_3339}"
"""A time that also has a date in UTC, which on the first day and the last of the calendar depends on its offset."""
_TIME = re.compile(RFC_3339)
_PLAIN_TIME = re.compile(PLAIN_TIME)
_TIME_TEXTS = re.compile(f'"{PLAIN_TIME}"'.encode())
_SHORTEST_TIME = len("2000-01-01T00:00:00Z")
_EXAMPLE = "2000-01-31T09:30:00+01:00"
_KINDS = {"integer": "a whole number", "number": "a number"}

RowType = TypeVar("RowType", bound=declare.Row)


@dataclass(frozen=True)
class Violation:
    """One field of one row that breaks the contract."""

    field: str
    expected: str
    got: str


class RowContract(Generic[RowType]):
    """The contract of one type of row.

    Args:
        row: the type.
        limits: what its `broken_rules` compare with, as JSON values: part of the contract, and of its hash.
    """

    def __init__(self, row: type[RowType], limits: Sequence[Any] = ()) -> None:
        self.row, self.limits = row, limits
        self.fields = {field.name: field for field in msgspec.structs.fields(row)}
        declared: dict[str, Any] = self.json_schema()["$defs"][row.__name__]["properties"]
        self.properties = {
            name: schema["anyOf"][0] if "anyOf" in schema else schema for name, schema in declared.items()
        }
        """JSON Schema of each field; of one that may be null, of what it is otherwise."""
        self.nullable = tuple(name for name, schema in declared.items() if "anyOf" in schema)
        self.units = {name: schema["x-unit"] for name, schema in self.properties.items() if "x-unit" in schema}
        self.numbers = self._where(lambda schema: schema.get("type") in ("number", "integer"))
        self.integers = self._where(lambda schema: schema.get("type") == "integer")
        self.times = self._where(lambda schema: schema.get("format") == "date-time")
        self.texts = self._where(lambda schema: schema.get("type") == "string" or "enum" in schema)
        self.open_categories = tuple(
            name for name in self.texts if name not in self.times and "enum" not in self.properties[name]
        )

    def _where(self, test: Any) -> tuple[str, ...]:
        return tuple(name for name, schema in self.properties.items() if test(schema))

    def rows(self, values: Sequence[Mapping[str, Any]]) -> list[RowType]:
        """As `shared.contract.rows`."""
        whole = [{name: self._whole(name, value) for name, value in row.items()} for row in values]
        return msgspec.convert(whole, list[self.row])  # type: ignore[name-defined]

    def violations(self, row: object) -> list[Violation]:
        """As `shared.contract.violations`."""
        if not isinstance(row, Mapping):
            return [Violation("", "an object with the fields of a row", _shown(row))]
        found = [
            Violation(name, "no such field; the contract is at /contract", _shown(row[name]))
            for name in row
            if name not in self.fields
        ]
        for name, field in self.fields.items():
            if name not in row:
                found.append(Violation(name, self.expected(name), "nothing: the field is missing"))
                continue
            try:
                value = msgspec.convert(self._whole(name, row[name]), field.type)
                if name in self.times and isinstance(row[name], str) and not _TIME.fullmatch(row[name]):
                    raise msgspec.ValidationError
                if isinstance(value, dt.datetime):
                    value.astimezone(dt.UTC)
            except OverflowError:
                found.append(Violation(name, "a time in the years 1 to 9999, in UTC as well", _shown(row[name])))
            except (msgspec.ValidationError, UnicodeEncodeError):  # the latter for half a surrogate pair
                found.append(Violation(name, self.expected(name), _shown(row[name])))
        return found or [Violation(name, expected, _shown(row[name])) for name, expected in self._broken_rules(row)]

    def is_plain(self, body: bytes, rows: Sequence[RowType]) -> bool:
        """As `shared.contract.is_plain`."""
        texts = len(rows) * len(self.texts) - sum(getattr(row, name) is None for row in rows for name in self._unsure)
        times = len(rows) * len(self.times) - sum(
            getattr(row, name) is None for row in rows for name in self._unsure if name in self.times
        )
        times += sum(bool(_PLAIN_TIME.fullmatch(getattr(row, name) or "")) for row in rows for name in self._timelike)
        quotes = 2 + 2 * (len(rows) * len(self.fields) + texts)
        return body.count(b'"') == quotes and len(_TIME_TEXTS.findall(body)) == times

    @cached_property
    def _unsure(self) -> tuple[str, ...]:
        """Texts and times that may be null, and then have no quotes."""
        return tuple(name for name in self.texts if name in self.nullable)

    @cached_property
    def _timelike(self) -> tuple[str, ...]:
        """Texts of which one could look like a time."""
        lengths = {name: self.properties[name].get("maxLength", _SHORTEST_TIME) for name in self.open_categories}
        return tuple(name for name, length in lengths.items() if length >= _SHORTEST_TIME)

    def json_schema(self) -> dict[str, Any]:
        """JSON Schema of a row."""
        return {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(self.row)}

    def sha256(self) -> str:
        """Hash of the contract: of its JSON Schema and of the rules beside it."""
        text = json.dumps([self.json_schema(), [*self.limits, RFC_3339]], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def expected(self, name: str) -> str:
        """A field's declaration in words."""
        return _in_words(self.properties[name]) + (", or null" if name in self.nullable else "")

    def _broken_rules(self, row: Mapping[str, Any]) -> list[tuple[str, str]]:
        """The rules beside the types that are broken, of a row whose fields are right."""
        values = {
            name: msgspec.convert(self._whole(name, row[name]), field.type) for name, field in self.fields.items()
        }
        # A row that breaks a rule cannot be made.
        return list(self.row.broken_rules(SimpleNamespace(**values)))  # type: ignore[arg-type]

    def _whole(self, name: str, value: Any) -> Any:
        """An integer's value as one, where it was written as 2.0."""
        return int(value) if name in self.integers and isinstance(value, float) and value.is_integer() else value


def _in_words(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return "one of " + ", ".join(map(str, schema["enum"]))
    if schema.get("format") == "date-time":
        return f"a time with its offset from UTC, such as {schema.get('examples', [_EXAMPLE])[0]}"
    if schema.get("type") == "boolean":
        return "true or false"
    about = f" ({schema['description']})" if "description" in schema else ""
    if "pattern" in schema:
        return f"text matching {schema['pattern']}{about}"
    if schema.get("type") == "string":
        most = f" of {schema['maxLength']} characters at most" if "maxLength" in schema else ""
        return f"text{most}{about}"
    unit = f" ({schema['x-unit']})" if "x-unit" in schema else ""
    return f"{_KINDS.get(schema.get('type', ''), 'a value')}{_range(schema)}{unit}"


def _range(schema: Mapping[str, Any]) -> str:
    if "minimum" in schema and "maximum" in schema:
        return f" from {schema['minimum']} to {schema['maximum']}"
    words = {
        "minimum": "of {} or more",
        "exclusiveMinimum": "above {}",
        "maximum": "of {} or less",
        "exclusiveMaximum": "below {}",
    }
    found = [text.format(schema[name]) for name, text in words.items() if name in schema]
    return " " + " and ".join(found) if found else ""


def _shown(value: object) -> str:
    """A refused value as JSON, short enough for a message, with its type where text misleads."""
    text = json.dumps(value, default=str)
    text = text if len(text) <= 60 else text[:57] + "..."
    return f"{text} (text)" if isinstance(value, str) else text
