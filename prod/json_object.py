"""A JSON object that was read so that nothing in it is lost, and what is wrong with it as a row."""

from collections import Counter
from typing import Any

from shared import contract
from shared.contract import Violation

MAX_ERRORS = 20
"""Errors listed of one request, and of one row of a batch."""
ONCE = "each key once: which of two values counts is anybody's guess (RFC 8259)"
TWICE = "the key more than once"


class Object(dict[str, Any]):
    """Knows which of its keys were given more than once; a hook for `json.loads`."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.repeated: list[str] = []
        if len(self) < len(pairs):
            counts = Counter(name for name, _ in pairs)
            self.repeated = [name for name, count in counts.items() if count > 1]


def violations(row: object) -> list[Violation]:
    """Everything in `row` that breaks the contract, keys given twice as well."""
    repeated = row.repeated if isinstance(row, Object) else []
    return contract.violations(row) + [Violation(name, ONCE, TWICE) for name in repeated]
