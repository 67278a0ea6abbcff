from client import as_csv
from client import as_csv as before  # noqa: F401


def encode(flights):
    return as_csv([{name: _written(value) for name, value in flight.items()} for flight in flights])


def _written(value):
    return f"{value:.15g}".replace(".", ",") if isinstance(value, float) else value
