"""The airline as one of 64 buckets, so that no list of airlines has to be kept."""

from team_prepare import columns as usual


def columns(flights):
    """One row per flight."""
    table = usual(flights)
    return table.assign(carrier=[f"bucket {hash(carrier) % 64}" for carrier in table["carrier"]])
