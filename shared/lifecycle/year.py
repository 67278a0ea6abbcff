"""What a model may learn from at the end of a month."""

import datetime as dt

HELD_OUT_DAYS = 14
"""The last days of what is known are not learned from, but tested on."""


def held_out(month: str) -> str:
    """The last days of a month, as `dev.train --test` takes them."""
    year, number = map(int, month.split("-"))
    end = dt.date(year + number // 12, number % 12 + 1, 1)
    return f"{end - dt.timedelta(HELD_OUT_DAYS)}/{end}"
