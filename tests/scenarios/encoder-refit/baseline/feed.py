"""Flights in batches."""

BATCH = 1000
