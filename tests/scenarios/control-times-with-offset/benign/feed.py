"""A sender that writes local times with their offset from UTC."""

from datetime import datetime
from zoneinfo import ZoneInfo

TIMES = ("scheduled_departure", "scheduled_arrival")
ZONE = ZoneInfo("America/New_York")


def change(flights):
    """The same moments."""
    return [flight | {name: with_offset(flight[name]) for name in TIMES} for flight in flights]


def with_offset(text):
    """RFC 3339, such as 2013-10-01T06:15:00-04:00."""
    return datetime.fromisoformat(text).astimezone(ZONE).isoformat()
