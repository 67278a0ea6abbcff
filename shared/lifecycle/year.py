"""Months of the year that is played, and what a model may learn from at the end of one."""

import datetime as dt

YEAR = 2013
HELD_OUT_DAYS = 14
"""The last days of what is known are not learned from, but tested on."""


def months(first: int, count: int) -> list[str]:
    """So many months from that one on, as "2013-04", until the year ends."""
    return [f"{YEAR}-{number:02}" for number in range(first, min(first + count, 13))]


def held_out(month: str) -> str:
    """The last days of a month, as `dev.train --test` takes them."""
    year, number = map(int, month.split("-"))
    end = dt.date(year + number // 12, number % 12 + 1, 1)
    return f"{end - dt.timedelta(HELD_OUT_DAYS)}/{end}"
