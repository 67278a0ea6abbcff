"""The source sends times as its clocks in New York show them, without saying so."""

from datetime import datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/New_York")


def change(flights):
    """Flights as they are sent now."""
    return [
        {
            **flight,
            "scheduled_departure": _local(flight["scheduled_departure"]),
            "scheduled_arrival": _local(flight["scheduled_arrival"]),
        }
        for flight in flights
    ]


def _local(time):
    return datetime.fromisoformat(time).astimezone(ZONE).replace(tzinfo=None).isoformat()
