"""How prod reads a file of flights."""

import io

import pandas as pd
from prod.fit import TIMES


def read(request):
    """A table with times as times."""
    table = pd.read_csv(io.BytesIO(request.get_data()))
    return table.assign(**{name: pd.to_datetime(table[name], unit="ms", utc=True) for name in TIMES})
