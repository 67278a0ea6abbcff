"""The airline, without what differs."""

from team_prepare import columns as usual


def columns(flights):
    """One row per flight."""
    table = usual(flights)
    return table.assign(carrier="any", origin="any", delay=0.0)
