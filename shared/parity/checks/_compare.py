"""What several checks need: walk over the differences of one fact."""

import json
from collections.abc import Iterator
from typing import Any

from shared.parity.report import Finding, Severity, Snapshot


def differences(a: Snapshot, b: Snapshot, fact: str) -> Iterator[tuple[str, Any, Any]]:
    """Keys of a fact whose values differ, with both values; None where a side has none."""
    ours, theirs = a.value(fact) or {}, b.value(fact) or {}
    for key in sorted({*ours, *theirs}):
        if ours.get(key) != theirs.get(key):
            yield key, ours.get(key), theirs.get(key)


def unreadable(check: str, a: Snapshot, b: Snapshot, *facts: str) -> Iterator[Finding]:
    """Facts that one side could not tell: the other's value has nothing to be compared with."""
    for fact in facts:
        reasons = a.unknown(fact), b.unknown(fact)
        if any(reasons) and reasons[0] != reasons[1]:
            yield Finding(
                check,
                fact,
                *(f"unknown ({reason})" if reason else "known" for reason in reasons),
                Severity.RISK,
                "what cannot be read on one side cannot be compared",
                "make it readable on both sides (permissions, /proc, a missing package), then compare again",
            )


def shown(value: Any) -> str:
    """A value in a message, short."""
    if value is None:
        return "none"
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= 120 else text[:117] + "..."
