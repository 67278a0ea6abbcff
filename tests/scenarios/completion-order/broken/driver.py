"""Partitions as they are finished, so that nobody waits for the slowest one."""

import team_driver
from distributed import as_completed
from team_driver import *


def results(futures):
    """The scores of each partition."""
    return [scores for _, scores in as_completed(futures, with_results=True)]


team_driver.results = results
