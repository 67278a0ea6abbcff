"""Rows as JSON, one per line, with date and local time of departure, which the model expects as one moment."""

import io

import pandas as pd


def read(request):
    """A table with the moment of departure."""
    table = pd.read_json(io.BytesIO(request.get_data()), lines=True, dtype=False)
    clock = table.pop("departure_hhmm").astype(str)
    minutes = clock.str[:2].astype(int) * 60 + clock.str[2:].astype(int)
    local = pd.to_datetime(table.pop("departure_day")) + pd.to_timedelta(minutes, unit="min")
    return table.assign(scheduled_departure=local.dt.tz_localize("America/New_York", ambiguous=True))
