"""The source writes times as its language settings say, day first."""

from datetime import datetime

TIMES = ("scheduled_departure", "scheduled_arrival")


def change(flights):
    """Flights as they are sent now."""
    return [{**flight, **{name: _day_first(flight[name]) for name in TIMES}} for flight in flights]


def _day_first(time):
    return f"{datetime.fromisoformat(time):%d/%m/%Y %H:%M %z}"
