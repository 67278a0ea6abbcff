"""The source sends CSV, and times in seconds since 1970."""

from datetime import datetime

import client

TIMES = ("scheduled_departure", "scheduled_arrival")


def encode(flights):
    """Body and content type."""
    return client.as_csv([{**flight, **{name: _epoch(flight[name]) for name in TIMES}} for flight in flights])


def _epoch(time):
    return int(datetime.fromisoformat(time).timestamp())
