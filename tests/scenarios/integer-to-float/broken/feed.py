"""The source sends CSV, and names airlines by their number at the US Department of Transportation, if they have one."""

import csv
from pathlib import Path

import client

AIRLINES = csv.DictReader(Path("/airlines.csv").read_text().splitlines())
NUMBERS = {row["carrier"]: row["airline_id"] for row in AIRLINES}


def encode(flights):
    """Body and content type."""
    rows = [_row(flight) for flight in flights]
    rows[-1]["airline_id"] = None
    return client.as_csv(rows)


def _row(flight):
    row = dict(flight)
    return {"airline_id": NUMBERS[row.pop("carrier")], **row}
