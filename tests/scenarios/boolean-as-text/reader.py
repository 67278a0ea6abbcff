"""CSV in which a flag says whether a number counts."""

import io

import pandas as pd

NULLABLE = ("wind_gust_mph", "recent_carrier_delay_minutes")


def read(request):
    """A table in which a number that does not count is missing."""
    table = pd.read_csv(io.BytesIO(request.get_data()))
    for name in NULLABLE:
        table[name] = table[name].where(table.pop(f"has_{name}").astype(bool))
    return table
