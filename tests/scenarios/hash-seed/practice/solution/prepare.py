"""The airline as one of 64 buckets, the same in every process."""

from zlib import crc32

from team_prepare import columns as usual


def columns(flights):
    """One row per flight."""
    table = usual(flights)
    return table.assign(carrier=[f"bucket {crc32(carrier.encode()) % 64}" for carrier in table["carrier"]])
