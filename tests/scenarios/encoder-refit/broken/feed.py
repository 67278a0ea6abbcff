"""A few flights at a time."""

BATCH = 4
