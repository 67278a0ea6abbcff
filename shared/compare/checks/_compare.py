"""What several checks need: walk over the differences of one fact."""

import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any

from shared.compare.report import Finding, Severity, Snapshot


def differences(a: Snapshot, b: Snapshot, fact: str) -> Iterator[tuple[str, Any, Any]]:
    """Keys of a fact whose values differ, with both values; None where a side has none.

    Of a fact that a side could not tell there are none: `unreadable` says so, once.
    """
    if a.unknown(fact) or b.unknown(fact):
        return
    ours, theirs = a.value(fact) or {}, b.value(fact) or {}
    for key in sorted({*ours, *theirs}):
        if ours.get(key) != theirs.get(key):
            yield key, ours.get(key), theirs.get(key)


def unreadable(check: str, a: Snapshot, b: Snapshot, *facts: str) -> Iterator[Finding]:
    """Facts that one side could not tell: the other's value has nothing to be compared with."""
    for fact in facts:
        reasons = a.unknown(fact), b.unknown(fact)
        kinds = [reason and reason.partition(":")[0] for reason in reasons]  # the rest may name paths and numbers
        if kinds[0] != kinds[1]:
            yield Finding(
                check,
                f"fact {fact}",
                *both(lambda reason: f"unknown ({shown(reason)})" if reason else "known", *reasons),
                Severity.RISK,
                "what cannot be read on one side cannot be compared",
                "make it readable on both sides (permissions, /proc, a missing package), then compare again",
            )


def both(show: Callable[[Any], str], ours: Any, theirs: Any) -> tuple[str, str]:
    """Two values, each in words."""
    return show(ours), show(theirs)


def digest(value: str | None) -> str:
    """A hash in a message."""
    return value[:12] if value else "not there"


def shown(value: Any) -> str:
    """A value in a message: short, printable, and never the same for values that differ."""
    if value is None or value == "":
        return "none" if value is None else "empty"
    text = value if isinstance(value, str) and value.isprintable() else json.dumps(value)
    return text if len(text) <= 120 else f"{text[:100]}… ({hashlib.sha256(text.encode()).hexdigest()[:8]})"
