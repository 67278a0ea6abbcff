"""Between the tower's system and prod: every flight passes through here."""

from datetime import datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/New_York")
TIMES = ("scheduled_departure", "scheduled_arrival")


def adapt(flight):
    """The flight with times that say their zone: the one of the tower's clock."""
    return flight | {name: datetime.fromisoformat(flight[name]).replace(tzinfo=ZONE).isoformat() for name in TIMES}
