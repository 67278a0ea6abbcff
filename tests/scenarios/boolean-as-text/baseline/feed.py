"""The source sends CSV from a database whose numbers are never null: a flag says whether a number counts."""

import client

NULLABLE = ("wind_gust_mph", "recent_carrier_delay_minutes")


def encode(flights):
    """Body and content type."""
    return client.as_csv([_row(flight) for flight in flights])


def _row(flight):
    row = dict(flight)
    for name in NULLABLE:
        row[f"has_{name}"] = row[name] is not None
        row[name] = row[name] or 0.0
    return row
