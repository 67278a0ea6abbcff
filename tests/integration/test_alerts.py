"""Prometheus' alerts: promtool tries each, and a real Prometheus fires the right one at three replicas."""

import json
import re
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import docker
import httpx
import pytest

from shared.errors import ParityError
from shared.image import debian
from tests.integration.test_requests import FLIGHT
from tests.lab.sandbox import ROOT, Prod, Sandbox

RULES = ROOT / "prod" / "prometheus"
UP = 'up{job="parity", instance="a"}'
INFO = 'parity_model_info{job="parity", model_name="m"'
PREDICTIONS = 'parity_predictions_total{job="parity", instance="a"}'
VERDICT = 'parity_monitor_verdict{model_version="1", verdict='
FINE = {
    UP: "1x30",
    f'{INFO}, instance="a", model_version="1", guard="passed"}}': "1x30",
    f'{INFO}, instance="b", model_version="1", guard="passed"}}': "1x30",
    PREDICTIONS: "0+6000x30",
    'parity_rejected_rows_total{job="parity", instance="a", field="carrier"}': "0+50x30",
    'parity_unseen_categories_total{job="parity", instance="a", field="carrier"}': "0+200x30",
    'parity_unlogged_predictions_total{job="parity", instance="a"}': "7x30",
    f'{VERDICT}"fine"}}': "1x30",
    f'{VERDICT}"retrain"}}': "0x30",
    f'{VERDICT}"skew"}}': "0x30",
}
BROKEN: dict[str, tuple[dict[str, str], set[str]]] = {
    "nothing": ({}, set()),
    "a replica is gone": ({'up{job="parity", instance="b"}': "0x30"}, {"ParityReplicaNotReady"}),
    "all are": ({UP: "0x30"}, {"ParityReplicaNotReady", "ParityNoReplica"}),
    "an update of eight minutes": (
        {
            f'{INFO}, instance="a", model_version="1", guard="passed"}}': "1x8 stale",
            f'{INFO}, instance="b", model_version="1", guard="passed"}}': "1x4 stale",
            f'{INFO}, instance="c", model_version="2", guard="passed"}}': "1x30",
        },
        set(),
    ),
    "an update that stopped half-way": (
        {f'{INFO}, instance="c", model_version="2", guard="passed"}}': "1x30"},
        {"ParityModelsDiffer"},
    ),
    "a warning": ({f'{INFO}, instance="c", model_version="1", guard="warned"}}': "1x30"}, {"ParityGuardWarned"}),
    "no guard": ({f'{INFO}, instance="c", model_version="1", guard="off"}}': "1x30"}, {"ParityGuardWarned"}),
    "rows are refused": (
        {'parity_rejected_rows_total{job="parity", instance="b", field="origin"}': "0+70x30"},
        {"ParityRowsRefused"},
    ),
    "all rows are refused": (
        {PREDICTIONS: "5x30", 'parity_rejected_rows_total{job="parity", instance="b", field="origin"}': "0+1x30"},
        {"ParityRowsRefused", "ParityCategoriesUnseen"},
    ),
    "a new carrier": (
        {'parity_unseen_categories_total{job="parity", instance="b", field="carrier"}': "0+120x30"},
        {"ParityCategoriesUnseen"},
    ),
    "skew": ({f'{VERDICT}"skew"}}': "1x30"}, {"ParityRowsSkewed"}),
    "drift": ({f'{VERDICT}"retrain"}}': "1x30"}, {"ParityDrift"}),
    "a full disk": (
        {'parity_unlogged_predictions_total{job="parity", instance="a"}': "7+1x30"},
        {"ParityRowsNotLogged"},
    ),
}
Fired = set[tuple[str, str]]
"""Names of alerts, each with the field that it is about, if it is about one."""


@pytest.fixture(scope="module")
def tool() -> Path:
    """Debian's promtool."""
    return debian_tool("promtool")


def debian_tool(name: str) -> Path:
    """A program of Debian's package of that name."""
    try:
        return debian.fetch(name) / "usr" / "bin" / name
    except ParityError as error:
        pytest.skip(f"{error}: {error.evidence}")


def test_promtool_finds_no_fault(tool: Path) -> None:
    """In the rules and in the example of a configuration."""
    for command in (["check", "rules", RULES / "alerts.yml"], ["check", "config", RULES / "prometheus.yml"]):
        done = subprocess.run([tool, *command], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("changed", "fired"), BROKEN.values(), ids=BROKEN)
def test_the_right_alert_fires(tool: Path, changed: dict[str, str], fired: set[str], tmp_path: Path) -> None:
    """It, and no other, after twenty minutes of one thing that is wrong."""
    rules = (RULES / "alerts.yml").read_text()
    names = re.findall(r"- alert: (\w+)", rules)
    series = [{"series": name, "values": values} for name, values in {**FINE, **changed}.items()]
    tests = [
        {
            "expr": f'count(count by (alertname) (ALERTS{{alertname="{name}", alertstate="firing"}}))',
            "eval_time": "20m",
            "exp_samples": [{"labels": "{}", "value": 1}] if name in fired else [],
        }
        for name in names
    ]
    whole = {"interval": "1m", "input_series": series, "promql_expr_test": tests}
    path = tmp_path / "tests.yml"  # JSON is YAML
    path.write_text(
        json.dumps({"rule_files": [str(RULES / "alerts.yml")], "evaluation_interval": "1m", "tests": [whole]})
    )
    done = subprocess.run([tool, "test", "rules", path], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert fired <= set(names)


def test_a_prometheus_that_watches_three_replicas(copied: Sandbox, tmp_path: Path) -> None:
    """Good rows raise nothing; then come an unknown carrier, broken rows, another model on one, and one that ends."""
    done = copied.dev("python3", "-m", "dev.train", "--sample", "12000")
    assert done.returncode == 0, done.stderr
    first, other = sorted(path.name for path in copied.models.glob("2*"))
    with ExitStack() as stack:
        publish(copied, first)
        prods = [stack.enter_context(copied.prod(project=f"watched{number}")) for number in range(3)]
        alerts = stack.enter_context(watching(tmp_path, [urlsplit(prod.url).netloc for prod in prods]))
        for _ in range(30):
            ask(prods, [FLIGHT])
        assert alerts() == set()
        until(alerts, ("ParityCategoriesUnseen", "carrier"), lambda: ask(prods, [{**FLIGHT, "carrier": "ZZ"}]))
        until(alerts, ("ParityRowsRefused", "temperature_f"), lambda: ask(prods, [{**FLIGHT, "temperature_f": "warm"}]))
        publish(copied, other)
        docker.from_env().containers.get(prods[2].container).kill("SIGHUP")
        until(alerts, ("ParityModelsDiffer", ""))
        docker.from_env().containers.get(prods[2].container).stop(timeout=30)
        until(alerts, ("ParityReplicaNotReady", ""))
        assert {name for name, _ in alerts()} <= {
            *("ParityCategoriesUnseen", "ParityRowsRefused"),
            *("ParityModelsDiffer", "ParityReplicaNotReady"),
        }


@contextmanager
def watching(folder: Path, targets: Sequence[str]) -> Iterator[Callable[[], Fired]]:
    """A Prometheus on loopback with the rules, whose minutes are seconds here; yields what has fired."""
    server = debian_tool("prometheus")
    (folder / "alerts.yml").write_text(re.sub(r"(for: |\[)(\d+)m", r"\1\2s", (RULES / "alerts.yml").read_text()))
    settings = (RULES / "prometheus.yml").read_text().replace("15s", "1s")
    settings = settings.replace('["127.0.0.1:8000"]', json.dumps(targets))
    (folder / "prometheus.yml").write_text(settings)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [server, f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data"]
    with (folder / "prometheus.log").open("w") as log:
        process = subprocess.Popen([*command, f"--web.listen-address={address}"], stderr=log)
    client = httpx.Client(base_url=f"http://{address}", timeout=10, trust_env=False)

    def fired() -> Fired:
        alerts = client.get("/api/v1/alerts").json()["data"]["alerts"]
        found = [alert["labels"] for alert in alerts if alert["state"] == "firing"]
        return {(labels["alertname"], labels.get("field", "")) for labels in found}

    def scraped() -> int:
        found = client.get("/api/v1/query", params={"query": 'up{job="parity"} == 1'}).json()
        return len(found["data"]["result"])

    try:
        for _ in range(300):
            with suppress(httpx.TransportError):
                if scraped() == len(targets):
                    break
            time.sleep(0.2)
        assert scraped() == len(targets), (folder / "prometheus.log").read_text()
        yield fired
    finally:
        client.close()
        process.terminate()
        process.wait(30)


def ask(prods: Sequence[Prod], rows: list[Any]) -> None:
    """Of each, with a second in between."""
    for prod in prods:
        with prod.client() as client:
            client.post("/predict", json={"instances": rows})
    time.sleep(1)


def until(alerts: Callable[[], Fired], expected: tuple[str, str], do: Callable[[], object] = lambda: None) -> None:
    """Go on until that alert has fired, for two minutes at most."""
    end = time.monotonic() + 120
    while expected not in alerts():
        assert time.monotonic() < end, f"{expected} has not fired, but {alerts()}"
        do()
        time.sleep(0.2)


def publish(box: Sandbox, version: str) -> None:
    """Make a model current."""
    fresh = box.models / ".fresh"
    fresh.symlink_to(version)
    fresh.replace(box.models / "current")
