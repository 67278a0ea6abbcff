"""What an answer costs in prod, in milliseconds of CPU, against what its model costs by itself in one thread."""

import json
import os
import time
from pathlib import Path

REQUESTS = 30
TIMES = 3
"""Costs prod more than that many times as much, something is wasted."""


def measure(post):
    """Ask for one flight again and again, and read what prod's processes have used: they are in sight here."""
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
    """Seconds of CPU that all processes but this one have used."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        if stat.parent.name != str(os.getpid()):
            fields = stat.read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])  # utime and stime, proc(5)
    return ticks / os.sysconf("SC_CLK_TCK")


def by_itself(flight):
    """Milliseconds of CPU for the same prediction here; this service has one OpenMP thread."""
    import msgspec

    from shared import artifact
    from shared.problem import contract

    model = artifact.load(Path("/artifacts/models/current"))
    flights = msgspec.convert([flight], list[contract.Flight])
    model.probabilities(flights)
    began = time.process_time()
    for _ in range(REQUESTS):
        model.probabilities(flights)
    return 1000 * (time.process_time() - began) / REQUESTS
