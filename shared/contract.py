"""The contract: what a row of data and a request must look like, declared once, in `shared/problem/contract.py`.

From the problem's `Row` come the validation of requests and of training rows, the JSON Schema
and the OpenAPI document: `shared.row_contract` makes them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.problem.contract import LIMITS, TIME, Row
from shared.row_contract import PLAIN_TIME, RFC_3339, RowContract, Violation

__all__ = ["FIELDS", "PLAIN_TIME", "RFC_3339", "TIME", "Row", "Violation"]

CONTRACT = RowContract(Row, LIMITS)
FIELDS = CONTRACT.fields
PROPERTIES = CONTRACT.properties
"""JSON Schema of each field; of one that may be null, of what it is otherwise."""
NULLABLE = CONTRACT.nullable
NUMBERS = CONTRACT.numbers
INTEGERS = CONTRACT.integers
UNITS = CONTRACT.units
"""Unit of each number that has one."""
TIMES = CONTRACT.times
OPEN_CATEGORIES = CONTRACT.open_categories
"""Text fields that may hold values never seen in training."""


def rows(values: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Rows in which `violations` finds nothing.

    JSON Schema's integers are whole numbers however they are written, 2.0 as well as 2 (draft 2020-12, 6.1.1).

    Raises:
        msgspec.ValidationError: a row breaks the contract.
    """
    return CONTRACT.rows(values)


def violations(row: object) -> list[Violation]:
    """Everything in `row` (decoded JSON) that breaks the contract; empty if nothing does.

    Slower than decoding into `Row`, which stops at the first: for rows known to be bad.
    """
    return CONTRACT.violations(row)


def is_plain(body: bytes, rows: Sequence[Row]) -> bool:
    """Whether a body that was decoded into these rows is free of what the decoder does not mind.

    That is a key given twice, of which the last would count, and a time in another form than RFC 3339's.
    Only keys, texts and times have quotes, and which of these are null is known: they can be counted. False
    also where letters are escaped, or a text has quotes of its own: `violations` decides then.
    """
    return CONTRACT.is_plain(body, rows)


def json_schema() -> dict[str, Any]:
    """JSON Schema of a row."""
    return CONTRACT.json_schema()


def sha256() -> str:
    """Hash of the contract: of its JSON Schema and of the rules beside it."""
    return CONTRACT.sha256()
