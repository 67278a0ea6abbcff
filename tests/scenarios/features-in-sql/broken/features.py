"""The model's columns from DuckDB."""

from pathlib import Path

import duckdb
import pandas as pd
from shared.shipped_features import *

SQL = Path(__file__).with_suffix(".sql").read_text()


def features(rows):
    """One row per flight, in the order of the rows."""
    flights = pd.DataFrame([{name: getattr(row, name) for name in row.__struct_fields__} for row in rows])
    for name in ("scheduled_departure", "scheduled_arrival"):
        flights[name] = pd.to_datetime(flights[name], utc=True)
    with duckdb.connect() as database:
        database.register("flights", flights)
        found = database.execute(SQL)
        names, table = [column[0] for column in found.description], found.fetchall()
    return {name: [row[place] for row in table] for place, name in enumerate(names)}
