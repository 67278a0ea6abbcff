"""What was sent, as a table: JSON or CSV. Scenarios mount their own reader in this one's place."""

import io

import pandas as pd


def read(request):
    """A table, with whatever columns there are."""
    if request.mimetype == "text/csv":
        return pd.read_csv(io.BytesIO(request.get_data()))
    return pd.DataFrame(request.get_json()["instances"])
