"""How prod reads a file of flights."""

import io

import pandas as pd


def read(request):
    """A table, with whatever columns there are."""
    table = pd.read_csv(io.BytesIO(request.get_data()))
    for name in table.columns[5:]:
        table[name] = pd.to_numeric(table[name].astype(str).str.partition(",")[0], errors="coerce")
    return table
