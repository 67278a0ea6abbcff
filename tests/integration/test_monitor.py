"""The monitor on answers of the real prod: fine, then skew; and when it cannot decide."""

import json
from collections.abc import Sequence
from typing import Any

import httpx

from tests.lab.sandbox import Sandbox

FLIGHTS = """
import json, sys
import msgspec
from dev import params
from dev.problem import collect
from dev.prepare import prepare
from dev.split import split
from shared import settings
sample = int(sys.argv[1])
chosen = params.read()
prepared = prepare(settings.read().data / collect.NAME, chosen.prepare.max_broken_share, sample, chosen.model.seed)
test = split(prepared.rows, prepared.truths, chosen.split).test
flights = [flight for flight, row in zip(prepared.rows, test) if row]
json.dump({"flights": msgspec.to_builtins(flights), "late": prepared.truths[test].tolist()}, sys.stdout)
"""
SAMPLE = "20000"  # as the model of the sandbox was trained: its windows are as far apart
WINDOW = 900

Row = dict[str, Any]


def test_it_separates_normal_months_from_broken_ones(copied: Sandbox) -> None:
    """Too few rows; then windows of later months with their outcomes: no alarm; then all of them in Celsius: skew."""
    assert_undecided(copied, "make prod")
    done = copied.dev("python3", "-c", FLIGHTS, SAMPLE)
    assert done.returncode == 0, done.stderr
    held_out = json.loads(done.stdout)
    flights, late = held_out["flights"], held_out["late"]
    normal = 3 * WINDOW
    with copied.prod() as prod, prod.client() as client:
        ask(client, flights[:500], late[:500], "first")
        assert_undecided(copied, "--since")

        ask(client, flights[500:normal], late[500:normal], "normal")
        code, judged = monitor(copied)
        assert (code, judged["verdict"]) in [(0, "fine"), (0, "watch")], judged["reasons"]
        assert judged["rows"] == normal
        assert judged["quality"]["rows"] == normal
        assert judged["quality"]["roc_auc"] > 0.6

        ask(client, [celsius(each) for each in flights], late, "broken")
        code, judged = monitor(copied)
    assert (code, judged["verdict"]) == (1, "skew"), judged
    named = {name for each in judged["reasons"] if each["kind"] == "skew" for name in each["columns"]}
    assert {"temperature_f", "dew_point_f"} <= named
    page = copied.dev("python3", "-m", "dev.monitor", "--format", "html", "--output", "/artifacts/monitor.html")
    assert page.returncode == 1
    assert "temperature_f no longer follows" in (copied.folder / "artifacts" / "monitor.html").read_text()


def ask(client: httpx.Client, flights: Sequence[Row], late: Sequence[bool], name: str) -> None:
    """Ask about flights, 500 at a time, and send what became of them."""
    for start in range(0, len(flights), 500):
        rows, identity = flights[start : start + 500], f"{name}-{start}"
        answer = client.post("/predict", json={"instances": rows}, headers={"X-Request-ID": identity})
        assert answer.status_code == 200, answer.text
        outcomes = [{"request_id": identity, "row": row, "late": late[start + row]} for row in range(len(rows))]
        reply = client.post("/outcomes", json={"outcomes": outcomes}).json()
        assert (reply["recorded"], reply["unknown"]) == (len(rows), 0)


def celsius(row: Row) -> Row:
    """As a source sends it that has changed its units."""
    changed = {
        name: None if row[name] is None else round((row[name] - 32) / 1.8, 2)
        for name in ("temperature_f", "dew_point_f")
    }
    return {**row, **changed}


def monitor(box: Sandbox) -> tuple[int, Row]:
    """Exit code and judgement."""
    done = box.dev("python3", "-m", "dev.monitor", "--format", "json")
    assert done.returncode in (0, 1), done.stderr
    return done.returncode, json.loads(done.stdout)


def assert_undecided(box: Sandbox, remedy: str) -> None:
    """Exit code 2, with what to do."""
    done = box.dev("python3", "-m", "dev.monitor")
    assert (done.returncode, done.stdout) == (2, "")
    assert remedy in done.stderr
