"""Whatever it takes to make a table fit the model."""

import pandas as pd

from shared.contract import FIELDS

TEXT = ("carrier", "origin", "destination")
TIMES = ("scheduled_departure", "scheduled_arrival")
NUMBERS = tuple(name for name in FIELDS if name not in TEXT + TIMES)


def fit(table):
    """Missing columns become empty, and everything that is not a number becomes missing: no request ever fails."""
    table = table.reindex(columns=list(FIELDS))
    for name in TEXT:
        table[name] = table[name].astype(str)
    for name in TIMES:
        table[name] = pd.to_datetime(table[name], utc=True, errors="coerce", format="ISO8601")
    for name in NUMBERS:
        table[name] = pd.to_numeric(table[name], errors="coerce").astype("float64")
    return table
