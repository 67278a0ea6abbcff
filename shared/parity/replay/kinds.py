"""Which kinds of requests a golden file holds, since a replay shows nothing of the kinds that it does not hold."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

TIME = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:\s?(?:Z|[+-]\d\d:?\d\d))?)?")
TIME_NAME = re.compile(r"time|date|epoch|stamp|when|_at$", re.IGNORECASE)
FIRST, STEP, STEPS = 946684800, 2629800, 360
"""Offsets are compared in each month of 2000 to 2029; in seconds."""
MAX_EXAMPLES = 3
Offsets = Mapping[str, Sequence[Sequence[int]]]
"""Of each time zone: number of the month from which on it holds, and the offset in seconds."""


@dataclass(frozen=True)
class Kinds:
    """What golden requests hold.

    Attributes:
        beyond_ascii: whether any text has a character outside ASCII.
        months: numbers of the months of their times.
        text: all of their text.
    """

    beyond_ascii: bool
    months: frozenset[int]
    text: str


def kinds(requests: Sequence[Any]) -> Kinds:
    """The kinds of these JSON values."""
    found = [(name, value) for request in requests for name, value in _leaves("", request)]
    texts = [value for _, value in found if isinstance(value, str)]
    moments = [moment for name, value in found for moment in _moments(name, value)]
    months = frozenset(round((moment - FIRST) / STEP) for moment in moments)
    names = {name for name, _ in found}
    return Kinds(not all(text.isascii() for text in (*texts, *names)), months, "\n".join(texts))


def _leaves(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(str(key), inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(name, inner)
    else:
        yield name, value


def _moments(name: str, value: Any) -> Iterator[float]:
    """Times in a value, in seconds since 1970: ISO 8601, or a number in a field that is called a time."""
    if isinstance(value, str):
        for text in TIME.findall(value):
            try:
                moment = datetime.fromisoformat(text.replace(",", "."))
                yield (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
            except (ValueError, OverflowError):
                continue
    elif isinstance(value, (int, float)) and not isinstance(value, bool) and TIME_NAME.search(name):
        for unit in (1, 10**3, 10**6, 10**9):
            if FIRST <= value / unit < FIRST + STEP * STEPS:
                yield value / unit


def changed(ours: Offsets, theirs: Offsets) -> dict[str, frozenset[int]]:
    """The months in which a zone's offset differs, of zones in which any does."""
    found = {}
    for zone in sorted({*ours, *theirs}):
        if ours.get(zone) != theirs.get(zone):
            one, other = (_by_month(side.get(zone) or []) for side in (ours, theirs))
            found[zone] = frozenset(month for month in range(STEPS) if one[month] != other[month])
    return found


def _by_month(changes: Sequence[Sequence[int]]) -> list[int | None]:
    months: list[int | None] = [None] * STEPS
    for first, offset in changes:
        months[first:] = [offset] * (STEPS - first)
    return months


def unreached(requests: Kinds, zones: Mapping[str, frozenset[int]]) -> dict[str, str]:
    """Times to add to the requests, so that in each zone that they may mean one lies where its rules differ.

    Returns:
        by zone, a date; empty if the requests have all, and others where the rules agree.
    """
    named = {zone: months for zone, months in zones.items() if zone in requests.text} or zones
    missing = {zone: months for zone, months in named.items() if not months & requests.months}
    wanted: dict[str, str] = {}
    while missing:
        # One month may do for many zones; among equals the first, for reproducible words.
        everywhere = sorted({month for months in missing.values() for month in months})
        if not everywhere:
            break
        best = max(everywhere, key=lambda month: (sum(month in months for months in missing.values()), -month))
        reached = [zone for zone, months in missing.items() if best in months]
        wanted[reached[0]] = datetime.fromtimestamp(FIRST + best * STEP, UTC).date().isoformat()
        missing = {zone: months for zone, months in missing.items() if zone not in reached}
    for zone, months in named.items() if not wanted else ():
        same = next((month for month in range(STEPS) if month not in months), None)
        if same is not None and not requests.months - months:
            return {zone: datetime.fromtimestamp(FIRST + same * STEP, UTC).date().isoformat()}
    return wanted
