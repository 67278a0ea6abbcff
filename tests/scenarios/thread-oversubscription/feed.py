"""CPU time of an answer in prod, in milliseconds, against that of its model alone in one thread."""

import json
import os
import time
from pathlib import Path

REQUESTS = 30
TIMES = 3
"""Harm is shown if prod costs more than so many times as much."""


def measure(post):
    """Ask about one flight again and again, and read the CPU time of prod's processes, which are visible here."""
    flight = json.loads(Path("/flights.json").read_text())["test"]["flights"][0]
    body = json.dumps({"instances": [flight]}).encode()
    before, began = used(), time.monotonic()
    for _ in range(REQUESTS):
        post(body)
    rate = REQUESTS / (time.monotonic() - began)
    prod, alone = 1000 * (used() - before) / REQUESTS, by_itself(flight)
    costs = f"an answer costs {prod:.0f} ms of CPU, and its model by itself {alone:.0f} ms"
    return {
        "harm": costs if prod > TIMES * alone else None,
        "cpu_ms": {"prod": prod, "alone": alone},
        "requests_per_second": rate,
    }


def used():
    """CPU seconds of all processes but this one."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        if stat.parent.name != str(os.getpid()):
            fields = stat.read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])  # utime and stime, proc(5)
    return ticks / os.sysconf("SC_CLK_TCK")


def by_itself(flight):
    """CPU milliseconds of the same prediction here, with one OpenMP thread."""
    import msgspec

    from shared import artifact, contract

    model = artifact.load(Path("/artifacts/models/current"))
    flights = msgspec.convert([flight], list[contract.Row])
    model.scores(flights)
    began = time.process_time()
    for _ in range(REQUESTS):
        model.scores(flights)
    return 1000 * (time.process_time() - began) / REQUESTS
