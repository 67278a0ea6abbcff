"""How the rows are split: the last fifth to test, by time where rows have one and it can be done; else by chance."""

import datetime as dt
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

SHARES = (0.2, 0.25, 0.3)
NEEDED = {"binary": 20, "multiclass": 5, "regression": 20}
"""Rows of each class in every part, as `dev/split.py` wants them."""
WINDOW = 900
WINDOWS = 3


@dataclass(frozen=True)
class Split:
    """Of rows, with the words for `params.toml`."""

    lines: tuple[str, ...]
    window: int


def by_chance(kind: str, rows: int, rarest: int, reason: str) -> Split:
    """Shares that are as small as the rarest class allows."""
    share = next((each for each in SHARES if math.ceil(each * rarest) >= NEEDED[kind]), SHARES[-1])
    lines = ['by = "chance"' + (f"  # {reason}" if reason else ""), f"test_share = {share}"]
    if kind == "binary":
        lines.append(f"validate_share = {share}  # the decision threshold is chosen on these")
    return Split(tuple(lines), _window(int(share * rows)))


def by_time(kind: str, days: Mapping[dt.date, Counter[str]]) -> Split | None:
    """Dates at about four and three fifths of the rows; None where a part would have too few of a class."""
    total = sum(map(Counter.total, days.values()))
    classes = {name for counts in days.values() for name in counts}
    dates = sorted(days)
    for share in SHARES:
        test = _from(days, dates, (1 - share) * total)
        validate = _from(days, dates, (1 - 2 * share) * total)
        ends = [dates[0], *([validate] if kind == "binary" else []), test, None]
        if all(_least(days, classes, begin, end) >= NEEDED[kind] for begin, end in pairwise(ends)):
            lines = ['by = "time"', f'test_from = "{test}"']
            if kind == "binary":
                lines.append(f'validate_from = "{validate}"  # the decision threshold is chosen on these')
            tested = sum(counts.total() for date, counts in days.items() if date >= test)
            return Split(tuple(lines), _window(tested))
    return None


def _from(days: Mapping[dt.date, Counter[str]], dates: list[dt.date], rows: float) -> dt.date:
    """The first day before which there are at least so many rows."""
    before = 0
    for date in dates:
        if before >= rows:
            return date
        before += days[date].total()
    return dates[-1]


def _least(days: Mapping[dt.date, Counter[str]], classes: set[str], begin: dt.date | None, end: dt.date | None) -> int:
    part = Counter[str]()
    for date, counts in days.items():
        if (begin is None or date >= begin) and (end is None or date < end):
            part += counts
    return min(part[name] for name in classes)


def _window(tested: int) -> int:
    return max(20, min(WINDOW, tested // WINDOWS))
