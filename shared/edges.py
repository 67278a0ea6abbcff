"""Rows at the edges of the contract: golden requests that no table of data may hold, and that a service may be sent."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from shared import contract
from shared.contract import Row
from shared.problem.contract import EDGES
from shared.row_contract import RowContract, RowType

ALPHABET = re.compile(r"\^\[([^\]]+)\]\{(\d+)\}\$")
"""A pattern as `shared.declare.code` writes it."""
UNSEEN = "never seen in training"


def edges(row: Row) -> list[Row]:
    """Variations of a row: nothing known, texts never seen, the problem's own edges, and the ends of every range."""
    return variations(contract.CONTRACT, EDGES, row)


def variations(of: RowContract[RowType], own: Sequence[Mapping[str, Any]], row: RowType) -> list[RowType]:
    """The same for any type of row.

    Args:
        own: the problem's edges.

    Raises:
        msgspec.ValidationError: one of these breaks the contract.
    """
    usual = msgspec.to_builtins(row)
    return [
        *_kept(of, usual, iter([dict.fromkeys(of.nullable)] if of.nullable else [])),
        *_kept(of, usual, _texts(of)),
        *(msgspec.convert({**usual, **edge}, of.row) for edge in own),
        *_kept(of, usual, _ends(of)),
    ]


def _kept(of: RowContract[RowType], usual: Mapping[str, Any], found: Iterator[dict[str, Any]]) -> Iterator[RowType]:
    """Those that keep the contract: its rules may forbid one field's end where the others are as usual."""
    for edge in found:
        try:
            yield msgspec.convert({**usual, **edge}, of.row)
        except msgspec.ValidationError:
            continue


def _texts(of: RowContract[Any]) -> Iterator[dict[str, Any]]:
    for name in of.open_categories:
        if text := unseen(of.properties[name]):
            yield {name: text}


def _ends(of: RowContract[Any]) -> Iterator[dict[str, Any]]:
    for name, schema in of.properties.items():
        for value in ends(schema):
            yield {name: value}


def ends(schema: Mapping[str, Any]) -> Iterator[Any]:
    """The least and the greatest value of a range; both truth values."""
    if schema.get("type") == "boolean":
        yield from (False, True)
    step = 1 if schema.get("type") == "integer" else 0
    for inclusive, exclusive, inward in (("minimum", "exclusiveMinimum", step), ("maximum", "exclusiveMaximum", -step)):
        if inclusive in schema:
            yield schema[inclusive]
        elif exclusive in schema and inward:
            yield schema[exclusive] + inward


def unseen(schema: Mapping[str, Any]) -> str:
    """A text that keeps the contract and that training will not have held; empty where none is known."""
    if "pattern" in schema:
        found = ALPHABET.fullmatch(schema["pattern"])
        return ("Z" if re.match(f"[{found[1]}]", "Z") else found[1][-1]) * int(found[2]) if found else ""
    return UNSEEN[: schema.get("maxLength", len(UNSEEN))]
