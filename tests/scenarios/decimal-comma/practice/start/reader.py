"""How prod reads a file of flights."""

import io

import pandas as pd


def read(request):
    """A table, with whatever columns there are."""
    return pd.read_csv(io.BytesIO(request.get_data()))
