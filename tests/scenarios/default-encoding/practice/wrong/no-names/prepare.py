"""The airline by the name that the marketing department gives it."""

import csv
from pathlib import Path

from team_prepare import columns as usual

with Path("/scenario/carriers.csv").open() as file:
    NAMES = dict(csv.reader(file))


def columns(flights):
    """One row per flight."""
    table = usual(flights)
    return table.assign(
        carrier=table["carrier"].map(NAMES).where(table["carrier"] == "", "any"), origin="any", delay=0.0
    )
