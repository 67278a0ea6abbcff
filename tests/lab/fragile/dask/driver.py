"""Cut rows into partitions, have each scored by a worker, and put the scores together."""

from functools import cache

from distributed import Client
from partition import ready, score

ROWS, WORKERS = 50, 2
"""Of a partition; of the cluster."""


@cache
def client():
    """The one connection to the scheduler."""
    return Client("tcp://scheduler:8786")


def connect():
    """Wait until every worker is ready."""
    client().wait_for_workers(WORKERS)
    client().run(ready)


def scores(rows):
    """A probability for each row."""
    partitions = [rows[at : at + ROWS] for at in range(0, len(rows), ROWS)]
    return [score for part in results(client().map(score, partitions, pure=False)) for score in part]


def results(futures):
    """The scores of each partition."""
    return client().gather(futures)
