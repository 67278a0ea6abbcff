"""Times in UTC as RFC 3339 writes them: sorted as text, they are sorted by time."""

import datetime as dt


def rfc3339(moment: dt.datetime, timespec: str = "seconds") -> str:
    """An aware time as text, such as 2024-10-01T12:00:00Z.

    Args:
        timespec: how precise, as for `datetime.isoformat`.
    """
    return moment.astimezone(dt.UTC).isoformat(timespec=timespec).replace("+00:00", "Z")


def from_timestamp(seconds: float) -> dt.datetime:
    """The UTC time so many seconds after 1970 began."""
    return dt.datetime.fromtimestamp(seconds, dt.UTC)
