"""The graph of the page's lineage: what leads to the model, in short, and whether it changed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared import lineage
from shared.errors import ParityError
from shared.problem.target import ROWS

SHOWN = 12
"""Letters of a hash."""


@dataclass(frozen=True)
class Node:
    """What an arrow leads from, to the model.

    Attributes:
        lines: what it is, in words that fit a box.
        changed: since the model before this one.
    """

    name: str
    lines: list[str]
    changed: bool = False


@dataclass(frozen=True)
class Graph:
    """What leads to a model, and what it has answered, as text."""

    sources: list[Node]
    served: str


def graph(model: Path) -> Graph | None:
    """The graph of a model folder; None if it can no longer be read."""
    try:
        found = lineage.lineage(model)
    except ParityError:
        return None
    return Graph(list(_sources(found)), lineage.served_text(found["served"]))


def _sources(found: Mapping[str, Any]) -> Iterator[Node]:
    before = found["before"][0] if found["before"] else None
    changed = before["changed"] if before else {}
    for kind, facts in found["inputs"].items():
        yield Node(kind, _lines(kind, facts), kind in changed)
    if before:
        yield Node("the model before", [before["version"], f"changed since: {', '.join(changed) or 'nothing'}"])


def _lines(kind: str, facts: Mapping[str, str]) -> list[str]:
    if kind == "data":
        return [facts["archive"].partition(",")[0], f"{facts['rows']} {ROWS}"]
    if kind == "code":
        revision, _, uncommitted = facts["revision"].partition(", ")
        return [f"revision {revision[:SHOWN]}", *([uncommitted] if uncommitted else [])]
    if kind == "parameters":
        return [f"{len(facts)} values"]
    ((_, digest), *_) = facts.items()
    return [digest.removeprefix("sha256:")[:SHOWN]]
