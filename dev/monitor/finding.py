"""What the monitor found: one statistic that left what is usual, where, and what that means."""

import enum
from dataclasses import dataclass


class Kind(enum.StrEnum):
    """What a finding speaks for; the worst of them is the verdict."""

    FINE = "fine"
    WATCH = "watch"
    RETRAIN = "retrain"
    SKEW = "skew"


@dataclass(frozen=True)
class Finding:
    """A statistic that left what is usual.

    Attributes:
        kind: what it speaks for.
        test: a name in `dev.monitor.statistics.TESTS`.
        columns: that the statistic looks at; none for how good the score was.
        what: a sentence for people.
        value: the most extreme one.
        low, high: what is usual.
        first, last: numbers of the windows that it was found in.
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
