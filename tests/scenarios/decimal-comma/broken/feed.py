"""The source sends CSV from a computer that writes a comma for the decimal point."""

from client import as_csv


def encode(flights):
    """Body and content type."""
    return as_csv([{name: _german(value) for name, value in flight.items()} for flight in flights])


def _german(value):
    """As Excel writes it: whole numbers without decimals."""
    return f"{value:.15g}".replace(".", ",") if isinstance(value, float) else value
