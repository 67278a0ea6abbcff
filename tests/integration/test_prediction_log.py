"""The prediction log through the real server: nothing answered is lost, and a full disk costs no answer."""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import docker

from shared import prediction_log
from tests.integration.test_requests import FLIGHT
from tests.integration.test_service import Load, ask
from tests.lab.sandbox import Prod, Sandbox, give_to_image_user

OVERLAY = """
services:
  prod:
    volumes:
      - {type: tmpfs, target: /artifacts/predictions, tmpfs: {size: 200000, mode: 1023}}
"""


def test_what_was_answered_is_there_after_a_reload_and_a_stop(
    trained: Sandbox, own_prod: Prod, engine: docker.DockerClient
) -> None:
    """Under load, each answer that a client got is in the log once the server has stopped."""
    before = rows(trained)
    ask(own_prod)
    with Load(own_prod, engine) as load:
        container = engine.containers.get(own_prod.container)
        container.kill("SIGHUP")
        time.sleep(5)
        container.stop(timeout=30)
    assert load.counts["lost"] == []
    assert rows(trained) - before == load.counts["answered"] + 1


def test_the_truth_finds_its_row(trained: Sandbox, prod: Prod) -> None:
    """By the request's ID, whichever worker answered and whichever hears of it."""
    with prod.client() as client:
        client.post("/predict", json={"instances": [FLIGHT, FLIGHT]}, headers={"X-Request-ID": "known-later"})
        truths = [{"request_id": "known-later", "row": row, "late": bool(row)} for row in (0, 1)]
        answer = client.post("/outcomes", json={"outcomes": truths}).json()
    assert (answer["recorded"], answer["unknown"]) == (2, 0)
    query = "SELECT row, truth FROM joined WHERE request_id = 'known-later'"
    with closing(sqlite3.connect(file(trained))) as database:
        assert sorted(database.execute(query)) == [(0, "false"), (1, "true")]


def test_any_replica_records_the_truth(trained: Sandbox, engine: docker.DockerClient, tmp_path: Path) -> None:
    """Three with logs of their own: each truth comes to another than answered, and then all are killed."""
    with ExitStack() as stack:
        replicas = [stack.enter_context(_replica(trained, tmp_path / f"node{number}")) for number in range(3)]
        clients = [stack.enter_context(replica.client()) for replica in replicas]
        expected = {}
        for number in range(30):
            name = {"X-Request-ID": f"asked-{number}"}
            answer = clients[number % 3].post("/predict", json={"instances": [FLIGHT, FLIGHT]}, headers=name)
            about = {"answer_id": answer.headers["Answer-ID"]} if number % 2 else {"request_id": f"asked-{number}"}
            truths = [{**about, "row": row, "late": (number + row) % 4 == 0} for row in (0, 1)]
            reply = clients[(number + 1) % 3].post("/outcomes", json={"outcomes": truths}).json()
            assert reply["recorded"] == reply["unknown"] == 2
            expected |= {(f"asked-{number}", each["row"]): json.dumps(each["late"]) for each in truths}
        for path in prediction_log.logs(tmp_path):
            assert prediction_log.settle(path)
        for replica in replicas:
            engine.containers.get(replica.container).kill()
    with closing(prediction_log.connect(*prediction_log.logs(tmp_path))) as database:
        found = database.execute("SELECT request_id, row, truth FROM joined").fetchall()
    assert len(found) == 60
    assert {(request, row): truth for request, row, truth in found} == expected


@contextmanager
def _replica(box: Sandbox, folder: Path) -> Iterator[Prod]:
    """A prod with a log of its own."""
    folder.mkdir()
    give_to_image_user(folder)
    overlay = folder / "overlay.yml"
    overlay.write_text(f"services: {{prod: {{volumes: ['{folder}:/artifacts/predictions']}}}}\n")
    with box.prod(overlay, project=folder.name) as prod:
        yield prod


def test_a_full_disk_costs_no_answer(trained: Sandbox, engine: docker.DockerClient, tmp_path: Path) -> None:
    """All are answered; what could not be written is counted, and reported once with what to do."""
    overlay = tmp_path / "overlay.yml"
    overlay.write_text(OVERLAY)
    with trained.prod(overlay, project="full") as prod, prod.client() as client:
        for _ in range(20):
            assert client.post("/predict", json={"instances": [FLIGHT] * 100}).status_code == 200
        for _ in range(100):
            counts = {
                name: float(value)
                for name, value in (line.rsplit(" ", 1) for line in client.get("/metrics").text.splitlines())
                if name.startswith("parity_") and name.endswith("logged_predictions_total")
            }
            if sum(counts.values()) == 2000:
                break
            time.sleep(0.1)  # they are written once a second
        log = engine.containers.get(prod.container).logs().decode().splitlines()
    assert sum(counts.values()) == 2000
    assert counts["parity_unlogged_predictions_total"] > 0
    errors = [line for line in map(json.loads, log) if line["level"] == "ERROR"]
    assert 0 < len(errors) < 20  # a line when it begins, for each worker, and not for each request
    assert all("full" in line["evidence"] and "PARITY_LOG_BYTES" in line["remedy"] for line in errors)


def file(trained: Sandbox) -> Path:
    """The log's file, on the host."""
    return trained.folder / "artifacts" / "predictions" / "predictions.sqlite"


def rows(trained: Sandbox) -> int:
    """How many there are."""
    if not file(trained).exists():
        return 0
    with closing(sqlite3.connect(file(trained))) as database:
        return int(database.execute("SELECT count(*) FROM predictions").fetchone()[0])
