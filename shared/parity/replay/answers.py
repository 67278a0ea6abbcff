"""The answers of one side, in columns that can be compared value by value."""

import json
import re
import struct
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from shared.parity.predictions import MISSING

MAX_LABEL = 40
MAX_CLASSES = 10
SINGLE = 2.0**-23
"""Resolution of float32."""
STATUS, TYPE = "(status)", "(content type)"
"""Columns of an HTTP answer beside its body."""


@dataclass(frozen=True)
class Answer:
    """One answer.

    Attributes:
        value: as JSON.
        text: as it came; of a program, in JSON's own spacing.
        status, kind: of an HTTP response; 0 and empty otherwise.
    """

    value: Any
    text: str
    status: int = 0
    kind: str = ""

    @classmethod
    def line(cls, text: str) -> "Answer":
        """What a program printed.

        Raises:
            ValueError: it is no JSON.
        """
        value = json.loads(text)
        return cls(value, json.dumps(value, ensure_ascii=False))

    @classmethod
    def response(cls, status: int, kind: str, body: str) -> "Answer":
        """What a server sent; a body that is no JSON is a text."""
        try:
            return cls(json.loads(body), body, status, kind)
        except (ValueError, RecursionError):
            return cls(body, body, status, kind)


def flat(answer: Answer) -> dict[str, Any]:
    """Values by column, such as `scores[0].p`; 1 and 1.0 are one number here, but not in `shape`."""
    leaves = dict(_leaves("", answer.value))
    return {STATUS: str(answer.status), TYPE: answer.kind, **leaves} if answer.status else leaves


def _leaves(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _leaves(f"{name}.{key}" if name else str(key), inner)
    elif isinstance(value, list) and value:
        for number, inner in enumerate(value):
            yield from _leaves(f"{name}[{number}]", inner)
    else:
        whole = isinstance(value, int) and not isinstance(value, bool)
        yield name or "answer", float(value) if whole and abs(value) < 1 << 53 else value


def table(columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> list[list[Any]]:
    """Rows of values, with what is missing named so."""
    return [[row.get(column, MISSING) for column in columns] for row in rows]


def named(columns: Sequence[str], field: str) -> frozenset[str]:
    """Columns of that field: by its path, with or without numbers of list elements, or the end of it."""
    plain = {column: re.sub(r"\[\d+\]", "", column) for column in columns}
    return frozenset(column for column, path in plain.items() if field in (column, path) or path.endswith(f".{field}"))


def labels(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> frozenset[str]:
    """Columns that hold labels: short texts, truth values, or whole numbers of a few classes."""
    return frozenset(
        column for column, values in zip(columns, zip(*rows, strict=True), strict=True) if _label(column, values)
    )


def _label(column: str, values: Sequence[Any]) -> bool:
    if column in (STATUS, TYPE):
        return False
    texts = all(isinstance(value, (str, bool)) and len(str(value)) <= MAX_LABEL for value in values)
    classes = all(isinstance(value, float) and value.is_integer() for value in values)
    return texts or (classes and len(set(values)) <= MAX_CLASSES)


def fractions(rows: Sequence[Sequence[Any]]) -> bool:
    """Whether any answer has a number that is not whole: a score, not a label alone."""
    return any(isinstance(value, float) and value == value and not value.is_integer() for row in rows for value in row)


def resolution(rows: Sequence[Sequence[Any]]) -> float:
    """4 units in the last place of the largest number, in the type that the numbers were computed in."""
    numbers = [value for row in rows for value in row if isinstance(value, float) and abs(value) < float("inf")]
    unit = SINGLE if _single(numbers) else sys.float_info.epsilon
    return 4 * unit * max(1.0, max(map(abs, numbers), default=0.0))


def _single(numbers: Sequence[float]) -> bool:
    """Whether all are float32, and some show it: 0.5 is in any type."""
    try:
        exact = all(struct.unpack("f", struct.pack("f", number))[0] == number for number in numbers)
    except OverflowError:
        return False
    return exact and any(len(repr(number)) > 12 for number in numbers)
