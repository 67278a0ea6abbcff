"""Batch scoring: every row of the collected data, scored in ways that must not matter, and over HTTP."""

import http.client
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from shared.image.run import run as command
from tests.lab.sandbox import ROOT, Sandbox, give_to_image_user
from tests.soak.box import JSON, say, serving
from tests.soak.figure import Figure

PREPARE = """
import json, sys
from dev.prepare import _rows
from dev.problem import prepare
from dev.problem.collect import SOURCE
from shared import contract, settings
table = prepare.table(settings.read().data / SOURCE.name)
for number, row in enumerate(_rows(table)):
    times = {name: row[name].isoformat() for name in contract.TIMES}
    sys.stdout.write(json.dumps({"id": number, **row, **times}) + "\\n")
"""
"""Every row, as it is asked about."""
CHUNK = 1_000
Answers = dict[int, tuple[object, ...]]
"""By a row's number, what was answered; of a refused row nothing."""


def run(made: Sandbox) -> Iterator[Figure]:
    """One process, clusters, a worker that dies, one that is slow, a scheduler that dies, and the service."""
    source = made.folder / "artifacts" / "batch" / "rows.jsonl"
    source.parent.mkdir()
    give_to_image_user(source.parent)
    done = made.dev("python3", "-c", PREPARE)
    assert done.returncode == 0, done.stderr
    source.write_text(done.stdout)
    lines = done.stdout.splitlines()
    one, _ = score(made, source, "one", "--workers=1")
    n = f"{len(lines):,} rows, {sum(not each for each in one.values()):,} refused"
    yield _compared("batch: one process and over HTTP", n, one, over_http(made, lines))
    for workers in (2, 3):
        other, _ = score(made, source, f"cluster{workers}", workers=workers)
        yield _compared(f"batch: one process and {workers} workers", n, one, other)
    other, _ = score(made, source, "killed", workers=3, meanwhile=lambda: _docker("kill", "worker"))
    yield _compared("batch: a worker is killed half-way", n, one, other)
    other, _ = score(made, source, "slow", workers=3, meanwhile=lambda: _docker("update", "worker", "--cpu-quota=5000"))
    yield _compared("batch: a worker has a twentieth of a core", n, one, other)
    target = source.parent / "restarted"

    def restart() -> None:
        _docker("restart", "scheduler", "--time=0")

    _, code = score(made, source, target.name, workers=2, meanwhile=restart, fails=True)
    times = {path: path.stat().st_mtime_ns for path in (target / "_parts").glob("*.json")}
    other, _ = score(made, source, target.name, workers=2)
    again = sum(path.stat().st_mtime_ns != before for path, before in times.items())
    yield _compared("batch: the scheduler is restarted, then the same command again", f"{n}; exit {code}", one, other)
    yield Figure(
        "batch: parts that were done, and are scored again", f"{len(times)} parts", f"{again}", "0", again == 0
    )


def score(
    made: Sandbox,
    source: Path,
    name: str,
    *options: str,
    workers: int = 0,
    meanwhile: Callable[[], None] | None = None,
    fails: bool = False,
) -> tuple[Answers, int]:
    """Score with the command that `make score` types; `meanwhile` is done once three parts are there."""
    target, began = source.parent / name, time.monotonic()
    env = {**os.environ, "PARITY_ARTIFACTS": str(made.folder / "artifacts")}
    words = [sys.executable, "-m", "shared.image", "score", f"--cluster={workers}", "--", str(source), str(target)]
    process = subprocess.Popen(
        [*words, "--key=id", *options], cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if meanwhile:
        threading.Thread(target=_when_begun, args=(target, process, meanwhile), daemon=True).start()
    output, _ = process.communicate(timeout=520)
    assert fails or process.returncode in (0, 1), output
    say(f"batch: {name}: {time.monotonic() - began:.0f} s; {output.splitlines()[-2:]}")
    return answers(target), process.returncode


def _when_begun(target: Path, process: "subprocess.Popen[str]", meanwhile: Callable[[], None]) -> None:
    while process.poll() is None:
        if len(list(target.glob("part-*"))) >= 3:
            meanwhile()
            return
        time.sleep(0.1)


def _docker(verb: str, service: str, *options: str) -> None:
    """Do something to the first container of a service of the cluster that is up."""
    named = ("--filter", f"label=com.docker.compose.service={service}", "--filter", "name=-batch-")
    first = command("docker", "ps", "--quiet", *named, timeout=30).split()[0]
    command("docker", verb, *options, first, timeout=60)
    say(f"batch: {verb} {service} {first}")


def answers(folder: Path) -> Answers:
    """What the parts of a folder say, by row."""
    found: Answers = {}
    for path in sorted(folder.glob("part-*")):
        for each in map(json.loads, path.read_text().splitlines()):
            row, key = each.pop("row"), each.pop("id")
            assert row == key, f"row {row} has the key {key}"
            found[row] = tuple(each.items())
    for path in sorted(folder.glob("refused-*")):
        found |= {json.loads(line)["row"]: () for line in path.read_text().splitlines()}
    return found


def over_http(made: Sandbox, lines: list[str]) -> Answers:
    """What the service says of the same rows, so many in each request; of one that it refuses, nothing."""
    rows = [json.loads(line) for line in lines]
    found: Answers = {}
    with serving(made, PARITY_MAX_BODY_BYTES=str(8 << 20)) as prod:
        address = urlsplit(prod.url)
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=60)
        for first in range(0, len(rows), CHUNK):
            asked = rows[first : first + CHUNK]
            while asked:
                body = json.dumps({"instances": [{k: v for k, v in row.items() if k != "id"} for row in asked]})
                connection.request("POST", "/predict", body, JSON)
                answer = json.loads(connection.getresponse().read())
                if broken := {error["row"] for error in answer.get("errors", [])}:
                    found |= {asked[row]["id"]: () for row in broken}
                    asked = [row for number, row in enumerate(asked) if number not in broken]
                    continue
                version = answer["model_version"]
                for row, prediction in zip(asked, answer["predictions"], strict=True):
                    found[row["id"]] = tuple({**prediction, "model_version": version}.items())
                break
    return found


def _compared(kind: str, tried: str, one: Answers, other: Answers) -> Figure:
    """Rows that are answered otherwise, by any bit, or not at all."""
    differing = sum(one.get(row) != other.get(row) for row in one.keys() | other.keys())
    return Figure(kind, tried, f"{differing} differ", "0", differing == 0)
