"""A reason for a verdict: one statistic that left its usual range, where, and what that means."""

import enum
from dataclasses import dataclass


class Kind(enum.StrEnum):
    """What a reason speaks for; the worst of them is the verdict."""

    FINE = "fine"
    WATCH = "watch"
    RETRAIN = "retrain"
    SKEW = "skew"


@dataclass(frozen=True)
class Reason:
    """A statistic that left its usual range.

    Attributes:
        kind: what it speaks for.
        test: a name in `dev.usual.statistics.TESTS`.
        columns: that the statistic looks at; empty for the quality of the answers.
        what: a sentence for people.
        value: the most extreme one.
        low, high: the usual range.
        first, last: numbers of the windows where it was found.
    """

    kind: Kind
    test: str
    columns: tuple[str, ...]
    what: str
    value: float
    low: float
    high: float
    first: int
    last: int
