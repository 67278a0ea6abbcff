"""Reloads, publications and killed workers under load: every request answered, by a model that is whole."""

import random
import sqlite3
import subprocess
import time
from collections.abc import Iterator

from tests.lab.sandbox import Prod, Sandbox
from tests.soak.box import (
    BODY,
    fetched,
    log,
    named,
    publish,
    say,
    serving,
    settled,
    signal,
    state,
    typed,
    until,
    versions,
)
from tests.soak.figure import Figure
from tests.soak.load import Load

RELOADS, PUBLICATIONS, KILLS = 50, 10, 20
KILL = """
import os, sys
workers = open("/proc/1/task/1/children").read().split()
os.kill(int(workers[int(sys.argv[1]) % len(workers)]), 9)
"""


def reloads(box: Sandbox) -> Iterator[Figure]:
    """SIGHUP after each change of `current`, between two models that answer differently."""
    with serving(box) as prod:
        known = _answers(box, prod)
        with Load(prod.url, keep=True) as load:
            for number in range(RELOADS):
                version = versions(box)[number % 2]
                publish(box, version)
                signal(prod, "HUP")
                until(lambda version=version: settled(prod.url, version))
                if number % 10 == 9:
                    say(f"{number + 1} of {RELOADS} reloads, {load.asked} requests, not answered {load.lost or 0}")
        tried = f"{RELOADS} reloads, {load.asked} requests"
        yield Figure("requests lost over reloads", tried, f"{sum(load.lost.values())}", "0", not load.lost)
        torn = sum(count for text, count in load.bodies.items() if text not in known)
        yield Figure("answers of neither model", tried, f"{torn}", "0", not torn)


def publications(box: Sandbox) -> Iterator[Figure]:
    """`make publish VERSION=…`, forward and back, as it is typed."""
    with serving(box) as prod:
        known, wrong = _answers(box, prod), 0
        with Load(prod.url, keep=True) as load:
            for number in range(PUBLICATIONS):
                version = versions(box)[number % 2]
                done = typed(box, prod, "publish", "--", version)
                assert done.returncode == 0, done.stderr
                wrong += not settled(prod.url, version)
                say(f"{number + 1} of {PUBLICATIONS}: {done.stderr.splitlines()[-1]}")
        tried = f"{PUBLICATIONS} publications and rollbacks, {load.asked} requests"
        yield Figure("publish ended with another model serving", tried, f"{wrong}", "0", not wrong)
        yield Figure("requests lost over publications", tried, f"{sum(load.lost.values())}", "0", not load.lost)
        torn = sum(count for text, count in load.bodies.items() if text not in known)
        yield Figure("answers of neither model", tried, f"{torn}", "0", not torn)


def workers(box: Sandbox) -> Iterator[Figure]:
    """SIGKILL to a worker at a random moment, while something else is published that must not be taken."""
    first, other = versions(box)
    publish(box, first)
    with serving(box) as prod:
        publish(box, other)
        known = fetched(prod.url, "/predict", BODY)
        with Load(prod.url, keep=True) as load:
            for number in range(KILLS):
                served = log(prod).count("worker serves")
                time.sleep(random.random())  # noqa: S311
                command = ["docker", "exec", prod.container, "python3", "-c", KILL, str(number)]
                subprocess.run(command, check=True, capture_output=True, timeout=60)
                until(lambda served=served: log(prod).count("worker serves") > served)
            say(f"{KILLS} kills, {load.asked} requests, not answered {load.lost or 0}")
        lost, changed = sum(load.lost.values()), sum(count for text, count in load.bodies.items() if text != known)
        tried = f"{KILLS} killed workers, {load.asked} requests"
        bar = f"what they held: {KILLS} × 8"
        yield Figure("requests lost with a worker", tried, f"{lost}", bar, lost <= 8 * KILLS)
        same = named(prod.url) == first and not changed
        yield Figure("answers of another model", tried, f"{changed}", "0", same)
        restarts = state(prod)["RestartCount"]
        yield Figure("ends of the service", tried, f"{restarts}", "0", not restarts)
    path = box.folder / "artifacts" / "predictions" / "predictions.sqlite"
    with sqlite3.connect(path) as database:
        ((verdict,),) = database.execute("PRAGMA integrity_check")
    yield Figure("corrupt prediction logs", f"{KILLS} killed workers", verdict, "ok", verdict == "ok")


def _answers(box: Sandbox, prod: Prod) -> set[str]:
    """What each of the models answers, asked of it alone; all of them differ."""
    found = set()
    for version in versions(box):
        publish(box, version)
        signal(prod, "HUP")
        until(lambda version=version: settled(prod.url, version))
        found.add(fetched(prod.url, "/predict", BODY))
    assert len(found) == len(versions(box)), "the models cannot be distinguished"
    return found
