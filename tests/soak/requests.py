"""64 clients with requests of full size, and the prediction log's limit."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

from tests.lab.sandbox import Prod, Sandbox
from tests.soak.box import BODY, connection, fetched, log, say, serving, state
from tests.soak.figure import Figure
from tests.soak.load import Load

CLIENTS, ROWS, SECONDS = 64, 1000, 60
LIMIT = 50_000_000
TURNS, TURN_SECONDS = 3, 20
FULL = json.dumps({"instances": json.loads(BODY)["instances"][:1] * ROWS}).encode()
COUNTERS = ("parity_predictions", "parity_logged_predictions", "parity_unlogged_predictions")


def run(box: Sandbox) -> Iterator[Figure]:
    """A minute against a small log; then with a log and without one, in turns."""
    with serving(box, PARITY_LOG_BYTES=str(LIMIT)) as prod:
        yield from _minute(box, prod)
    yield _throughput(box)


def _minute(box: Sandbox, prod: Prod) -> Iterator[Figure]:
    workers, before = log(prod).count("worker serves"), _counted(prod.url)
    most, slowest, end = 0, 0.0, time.monotonic() + SECONDS
    with Load(prod.url, CLIENTS, FULL) as load:
        while time.monotonic() < end:
            most = max(most, sum(each.stat().st_size for each in _files(box)))
            slowest = max(slowest, _probe(prod.url))
            time.sleep(0.1)
    time.sleep(15)
    most = max(most, sum(each.stat().st_size for each in _files(box)))
    after = {name: count - before[name] for name, count in _counted(prod.url).items()}
    answered, written, lost = (int(after[name]) for name in COUNTERS)
    died = log(prod).count("worker serves") - workers
    tried = f"{CLIENTS} clients, {SECONDS} s, {load.asked} requests of {ROWS:,} rows"
    say(f"{tried}; {load.lost or 'all answered'}; slowest /ready {slowest:.2f} s")
    killed = state(prod)["State"]["OOMKilled"]
    yield Figure(
        "log beyond its limit", f"{tried}, limit {LIMIT:,} bytes", f"{most / LIMIT:.2f}", "1.1", most <= 1.1 * LIMIT
    )
    yield Figure("workers killed for memory", tried, f"{died}", "0", not died and not killed)
    yield Figure("requests of full size not answered", tried, f"{sum(load.lost.values())}", "0", not load.lost)
    uncounted = answered - written - lost
    figure = f"{uncounted} ({written:,} written, {lost:,} counted as lost)"
    yield Figure("answered rows neither written nor counted", f"{answered:,} rows", figure, "0", not uncounted)


def _throughput(box: Sandbox) -> Figure:
    answered = {"with": 0, "without": 0}
    with serving(box) as logged, serving(box, PARITY_LOG_BYTES="0") as plain:
        for turn in range(TURNS):
            for name, prod in sorted({"with": logged, "without": plain}.items(), reverse=bool(turn % 2)):
                with Load(prod.url, CLIENTS, FULL) as load:
                    time.sleep(TURN_SECONDS)
                answered[name] += load.counts["200"]
                say(f"turn {turn + 1} {name} the log: {load.counts['200']} requests")
    share = answered["with"] / answered["without"]
    tried = f"{TURNS} turns of {TURN_SECONDS} s each, {answered['with']} and {answered['without']} requests"
    return Figure("throughput with the log, of that without", tried, f"{share:.2f}", "0.9", share >= 0.9)


def _files(box: Sandbox) -> Iterator[Path]:
    return (path for path in (box.folder / "artifacts" / "predictions").glob("predictions.sqlite*") if path.exists())


def _probe(url: str) -> float:
    began = time.monotonic()
    client = connection(url)
    client.request("GET", "/ready")
    client.getresponse().read()
    client.close()
    return time.monotonic() - began


def _counted(url: str) -> dict[str, float]:
    text = fetched(url, "/metrics")
    found = {name: re.findall(rf"^{name}_total(?:{{.*}})? (\S+)$", text, re.MULTILINE) for name in COUNTERS}
    return {name: sum(map(float, values)) for name, values in found.items()}
