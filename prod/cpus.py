"""How many CPUs this container may use: its limit and its affinity, not what the machine has."""

import math
import os

from shared.compare.facts.limits import quota


def usable() -> int:
    """At least one."""
    cpus = len(os.sched_getaffinity(0))
    limit, _, period = (quota() or "max").partition(" ")
    return max(1, min(cpus, math.ceil(int(limit) / int(period)))) if limit.isdigit() else cpus
