"""Rows of a partition, held against the contract as strictly as a request's; CSV is forgiven nothing either.

An empty cell of CSV is null. A number is what JSON calls one; true and false are themselves; anything else is text, and
the contract says what is wrong with it.
"""

import csv
import io
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from prod.batch.partition import CSV
from prod.json_object import MAX_ERRORS, Object, violations
from shared import contract
from shared.contract import Row, Violation

_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_TIME = re.compile(contract.PLAIN_TIME)
_BOOLEANS = {"true": True, "false": False}


@dataclass(frozen=True)
class Read:
    """One row as it was read.

    Attributes:
        key: what the user knows it by, by column.
        row: None if it breaks the contract.
        errors: how it does.
    """

    key: Mapping[str, Any]
    row: Row | None
    errors: Sequence[Violation] = field(default_factory=list)


def read(content: bytes, form: str, columns: Sequence[str], key: Sequence[str]) -> Iterator[Read]:
    """The rows of a partition, in order.

    Args:
        form: of the file.
        columns: of CSV, in order.
        key: columns that are handed on.
    """
    return _csv(content, columns, key) if form == CSV else _json_lines(content, key)


def _csv(content: bytes, columns: Sequence[str], key: Sequence[str]) -> Iterator[Read]:
    lines = (line.decode(errors="surrogateescape") for line in io.BytesIO(content))
    whole = _is_unicode(content.decode(errors="surrogateescape"))
    readings = {name: _reading(contract.PROPERTIES[name]) for name in columns if name in contract.FIELDS}
    for cells in csv.reader(lines, strict=True):
        if not cells:
            continue
        texts = dict(zip(columns, cells, strict=False))
        damaged = [] if whole else [name for name, text in texts.items() if not _is_unicode(text)]
        handed = {name: None if name in damaged else texts.get(name) or None for name in key}
        if len(cells) != len(columns):
            got = f"{len(cells)} cells"
            yield Read(handed, None, [Violation("", f"{len(columns)} cells, as the header has", got)])
            continue
        if damaged:
            yield Read(handed, None, [Violation(name, "text in UTF-8", ascii(texts[name])[:60]) for name in damaged])
            continue
        value = {name: reading(texts[name]) if texts[name] else None for name, reading in readings.items()}
        yield _judged(handed, value)


def _is_unicode(text: str) -> bool:
    """Whether nothing in it is half a surrogate pair, as which bytes are read that are not UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _reading(schema: Mapping[str, Any]) -> Callable[[str], Any]:
    """What a cell of such a field holds."""
    if schema.get("type") in ("number", "integer"):
        return _number
    if schema.get("type") == "boolean":
        return lambda cell: _BOOLEANS.get(cell, cell)
    return str


def _number(cell: str) -> Any:
    if not _NUMBER.fullmatch(cell):
        return cell
    try:
        number = json.loads(cell)
    except ValueError:  # of thousands of digits
        return cell
    return number if math.isfinite(number) else cell


def _json_lines(content: bytes, key: Sequence[str]) -> Iterator[Read]:
    for line in io.BytesIO(content):
        if not line.strip():
            continue
        try:
            value = json.loads(line.decode(), object_pairs_hook=Object, parse_constant=_constant)
        except (ValueError, RecursionError) as error:
            got = str(error) if isinstance(error, ValueError) else "nested too deep"
            yield Read(dict.fromkeys(key), None, [Violation("", "JSON (RFC 8259) in UTF-8", got)])
            continue
        if not isinstance(value, Object):
            yield Read(dict.fromkeys(key), None, contract.violations(value))
            continue
        handed = {name: value.get(name) for name in key}
        lost = [Violation(name, "the row's key", "nothing: the field is missing") for name in key if name not in value]
        for name in key:
            if name not in contract.FIELDS:
                value.pop(name, None)
        yield _judged(handed, value, lost)


def _constant(name: str) -> float:
    raise ValueError(f"{name} is not a number in JSON")


def _judged(key: Mapping[str, Any], value: Mapping[str, Any], lost: Sequence[Violation] = ()) -> Read:
    """The row, if it keeps the contract; else all that `violations` finds, which takes longer."""
    repeated = isinstance(value, Object) and value.repeated
    try:
        if not lost and not repeated and all(_TIME.fullmatch(value[name] or "") for name in contract.TIMES):
            return Read(key, contract.rows([value])[0])
    except (KeyError, TypeError, msgspec.ValidationError, UnicodeEncodeError):
        pass
    errors = [*lost, *violations(value)]
    if not errors:  # such as a time that may be null, and is
        return Read(key, contract.rows([value])[0])
    return Read(key, None, errors[:MAX_ERRORS])
