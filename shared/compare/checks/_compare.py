"""What several checks need: walk over the differences of one fact."""

import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any

from shared.compare.report import Finding, Severity, Snapshot, Undecided


def differences(a: Snapshot, b: Snapshot, fact: str) -> Iterator[tuple[str, Any, Any]]:
    """Keys of a fact whose values differ, with both values; None where a side has none.

    Of a fact that is unknown on a side there are none: `unreadable` says so, once.
    """
    if a.unknown(fact) or b.unknown(fact):
        return
    ours, theirs = a.value(fact) or {}, b.value(fact) or {}
    for key in sorted({*ours, *theirs}):
        if ours.get(key) != theirs.get(key):
            yield key, ours.get(key), theirs.get(key)


def unreadable(check: str, a: Snapshot, b: Snapshot, *facts: str) -> Iterator[Finding | Undecided]:
    """Facts that are unknown: on one side a risk, since they may differ; on both undecided."""
    for fact in facts:
        reasons = a.unknown(fact), b.unknown(fact)
        if all(reasons):
            reason = f"fact {fact} is unknown on both sides ({shown(reasons[0])})"
            yield Undecided(
                check, reason, "make it readable (permissions, /proc, a missing package), then compare again"
            )
        elif any(reasons):
            yield Finding(
                check,
                f"fact {fact}",
                *both(lambda reason: f"unknown ({shown(reason)})" if reason else "known", *reasons),
                Severity.RISK,
                "what cannot be read on one side cannot be compared",
                "make it readable on both sides (permissions, /proc, a missing package), then compare again",
            )


def minors(a: Snapshot, b: Snapshot) -> tuple[str, str]:
    """Minor versions of Python, such as 3.12; both empty where one is unknown."""
    versions = [str((side.value("python") or {}).get("version") or "") for side in (a, b)]
    ours, theirs = (".".join(version.split(".")[:2]) for version in versions)
    return (ours, theirs) if ours and theirs else ("", "")


def rebuilt(a: Snapshot, b: Snapshot) -> list[str]:
    """Packages of one version whose files differ, as those of two minor versions of Python do."""
    pairs = [(name, ours, theirs) for name, ours, theirs in differences(a, b, "packages") if ours and theirs]
    return [name for name, ours, theirs in pairs if ours["version"] == theirs["version"]]


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
