"""The contract: what a row of data and a request must look like, declared once, in `shared/problem/contract.py`.

From the problem's `Row` come the validation of requests and of training rows, the JSON Schema
(draft 2020-12) and the OpenAPI document. Validation is strict, as msgspec does it: a
number sent as text is refused, not converted.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import Any

import msgspec

from shared.problem.contract import LIMITS, TIME, Row

__all__ = ["FIELDS", "TIME", "Row", "Violation"]


@dataclass(frozen=True)
class Violation:
    """One field of one row that breaks the contract."""

    field: str
    expected: str
    got: str


def _properties() -> dict[str, Any]:
    """JSON Schema of each field; of one that may be null, of what it is otherwise."""
    properties = msgspec.json.schema(Row)["$defs"]["Row"]["properties"]
    return {name: schema["anyOf"][0] if "anyOf" in schema else schema for name, schema in properties.items()}


FIELDS = {field.name: field for field in msgspec.structs.fields(Row)}
PROPERTIES = _properties()
UNITS: dict[str, str] = {name: schema["x-unit"] for name, schema in PROPERTIES.items() if "x-unit" in schema}
"""Unit of each number."""
INTEGERS = tuple(name for name, schema in PROPERTIES.items() if schema.get("type") == "integer")
TIMES = tuple(name for name, schema in PROPERTIES.items() if schema.get("format") == "date-time")
OPEN_CATEGORIES = tuple(
    name for name, schema in PROPERTIES.items() if schema.get("type") == "string" and name not in TIMES
)
"""Text fields that may hold values never seen in training."""

RFC_3339 = r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)"
"""The form of a time. msgspec takes a space for the T and an offset without its colon as well."""
_TIME_TEXTS = re.compile(f'"{RFC_3339}"'.encode())


def rows(values: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Rows in which `violations` finds nothing.

    JSON Schema's integers are whole numbers however they are written, 2.0 as well as 2 (draft 2020-12, 6.1.1).

    Raises:
        msgspec.ValidationError: a row breaks the contract.
    """
    return msgspec.convert([{name: _whole(name, value) for name, value in row.items()} for row in values], list[Row])


def violations(row: object) -> list[Violation]:
    """Everything in `row` (decoded JSON) that breaks the contract; empty if nothing does.

    Slower than decoding into `Row`, which stops at the first: for rows known to be bad.
    """
    if not isinstance(row, Mapping):
        return [Violation("", "an object with the fields of a row", _shown(row))]
    found = [
        Violation(name, "no such field; the contract is at /contract", _shown(row[name]))
        for name in row
        if name not in FIELDS
    ]
    for name, field in FIELDS.items():
        if name not in row:
            found.append(Violation(name, _expected(name), "nothing: the field is missing"))
            continue
        try:
            msgspec.convert(_whole(name, row[name]), field.type)
            if name in TIMES and isinstance(row[name], str) and not re.fullmatch(RFC_3339, row[name]):
                raise msgspec.ValidationError
        except (msgspec.ValidationError, UnicodeEncodeError):  # the latter for half a surrogate pair
            found.append(Violation(name, _expected(name), _shown(row[name])))
    return found or [Violation(name, expected, _shown(row[name])) for name, expected in _broken_rules(row)]


def is_plain(body: bytes, rows: int) -> bool:
    """Whether a body that was decoded into so many rows is free of what the decoder does not mind.

    That is a key given twice, of which the last would count, and a time in another form than
    RFC 3339's. False also where letters are escaped for no reason: `violations` decides then.
    Only keys, categories and times have quotes, and none of these is nullable: they can be counted.
    """
    texts = len(FIELDS) - len(UNITS)
    quotes = 2 + 2 * rows * (len(FIELDS) + texts)
    return body.count(b'"') == quotes and len(_TIME_TEXTS.findall(body)) == rows * len(TIMES)


def json_schema() -> dict[str, Any]:
    """JSON Schema of a row."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(Row)}


def sha256() -> str:
    """Hash of the contract: of its JSON Schema and of the rules beside it."""
    text = json.dumps([json_schema(), [*LIMITS, RFC_3339]], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _broken_rules(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The rules beside the types that are broken, of a row whose fields are right."""
    values = {name: msgspec.convert(_whole(name, row[name]), field.type) for name, field in FIELDS.items()}
    # A row that breaks a rule cannot be made.
    return list(Row.broken_rules(SimpleNamespace(**values)))  # type: ignore[arg-type]


def _whole(name: str, value: Any) -> Any:
    """An integer's value as one, where it was written as 2.0."""
    return int(value) if name in INTEGERS and isinstance(value, float) and value.is_integer() else value


@cache
def _expected(name: str) -> str:
    """A field's declaration in words, from its JSON Schema."""
    nullable = "anyOf" in json_schema()["$defs"]["Row"]["properties"][name]
    schema = PROPERTIES[name]
    if "enum" in schema:
        text = "one of " + ", ".join(schema["enum"])
    elif schema.get("format") == "date-time":
        text = f"a time with its offset from UTC, such as {schema['examples'][0]}"
    elif "pattern" in schema:
        text = f"text matching {schema['pattern']} ({schema['description']})"
    else:
        kind = "a whole number" if schema["type"] == "integer" else "a number"
        text = f"{kind} from {schema['minimum']} to {schema['maximum']} ({schema['x-unit']})"
    return text + (", or null" if nullable else "")


def _shown(value: object) -> str:
    """A refused value as JSON, short enough for a message, with its type where text misleads."""
    text = json.dumps(value, default=str)
    text = text if len(text) <= 60 else text[:57] + "..."
    return f"{text} (text)" if isinstance(value, str) else text
