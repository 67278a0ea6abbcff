"""The body of a request, JSON or CSV, as a table. Scenarios mount their own reader over this one."""

import io

import pandas as pd


def read(request):
    """A table, with whatever columns there are."""
    if request.mimetype == "text/csv":
        return pd.read_csv(io.BytesIO(request.get_data()))
    return pd.DataFrame(request.get_json()["instances"])
