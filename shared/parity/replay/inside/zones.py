"""The offsets of every time zone in each month of 2000 to 2029, as this Python applies them: one line of JSON.

Of each zone: [number of the month from which on it holds, seconds]. `local time` is the zone of the environment, and
`pytz NAME` what pytz has of its own.
"""

from __future__ import annotations

import datetime
import json
import time
from collections.abc import Callable
from typing import Any

FIRST, STEP, STEPS = 946684800, 2629800, 360
MOMENTS = [FIRST + STEP * number for number in range(STEPS)]


def changes(offset: Callable[[int], int]) -> list[list[int]]:
    """Where an offset begins to hold."""
    found: list[list[int]] = []
    for number, moment in enumerate(MOMENTS):
        seconds = offset(moment)
        if not found or found[-1][1] != seconds:
            found.append([number, seconds])
    return found


def of(zone: datetime.tzinfo) -> list[list[int]]:
    """Those of a zone."""

    def seconds(moment: int) -> int:
        offset = datetime.datetime.fromtimestamp(moment, zone).utcoffset()
        return int(offset.total_seconds()) if offset is not None else 0

    return changes(seconds)


def main() -> None:
    """Print them."""
    found: dict[str, Any] = {"local time": changes(lambda moment: time.localtime(moment).tm_gmtoff)}
    try:
        import zoneinfo
    except ImportError:  # before Python 3.9
        pass
    else:
        for name in sorted(zoneinfo.available_timezones()):
            found[name] = of(zoneinfo.ZoneInfo(name))
    try:
        import pytz  # type: ignore[import-untyped,import-not-found,unused-ignore]
    except ImportError:
        pass
    else:
        for name in pytz.all_timezones:
            found["pytz " + name] = of(pytz.timezone(name))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
