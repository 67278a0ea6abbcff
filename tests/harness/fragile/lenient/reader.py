"""Rows of a request as a table, with whatever it takes to make them fit."""

import io

import pandas as pd

from shared.contract import FIELDS

TEXT = ("carrier", "origin", "destination")
TIMES = ("scheduled_departure", "scheduled_arrival")


def read(request):
    """A table of what was sent, from JSON or CSV."""
    if request.mimetype == "text/csv":
        return pd.read_csv(io.BytesIO(request.get_data()))
    return pd.DataFrame(request.get_json()["instances"])


def fit(table):
    """Missing columns become empty, what is no number becomes missing: nobody has to get up at night."""
    table = table.reindex(columns=list(FIELDS))
    for name in FIELDS:
        if name in TIMES:
            table[name] = pd.to_datetime(table[name], utc=True, errors="coerce", format="ISO8601")
        elif name not in TEXT:
            table[name] = pd.to_numeric(table[name], errors="coerce").astype("float64")
    return table
