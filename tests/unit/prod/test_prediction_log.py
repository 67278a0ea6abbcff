"""The prediction log: what is answered is kept, within its size, and a log that fails costs no answer."""

import datetime as dt
import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from flask import Flask

from prod import prediction_log
from prod.app import create_app
from prod.prediction_log import Answered, PredictionLog
from shared.settings import Settings
from tests.unit.prod.conftest import Client, Metrics
from tests.unit.prod.test_predict import refused
from tests.unit.tiny import flight, row

BYTES = 1 << 20


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a log of the test's own is."""
    return tmp_path / prediction_log.NAME


@pytest.fixture
def log(path: Path) -> Iterator[PredictionLog]:
    """A small one."""
    made = PredictionLog(path, BYTES)
    yield made
    made.close()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Logs that write soon."""
    monkeypatch.setattr(prediction_log, "PAUSE_SECONDS", 0.02)


@pytest.fixture
def logging_app(trained: Settings, log: PredictionLog) -> Flask:
    """The application with that log."""
    app = create_app(trained)
    app.extensions["parity_log"] = log
    return app


@pytest.fixture
def logged(logging_app: Flask) -> Client:
    """A client of it."""
    return Client(logging_app)


def answered(moment: Any, request_id: str = "one", rows: int = 2) -> Answered:
    """A request with so many rows."""
    return Answered(request_id, moment, "v1", [flight()] * rows, [(0.25, False)] * rows)


def read(path: Path, query: str) -> list[tuple[Any, ...]]:
    """What SQL says of the file."""
    with closing(sqlite3.connect(path)) as database:
        return database.execute(query).fetchall()


def test_what_is_answered_can_be_read_with_sql(logged: Client, log: PredictionLog, path: Path) -> None:
    """The row as it was sent, the answer as it was given, model, moment, and the request's ID."""
    sent = row(temperature_f=None)
    response = logged.predict({"instances": [row(), sent]}, headers={"X-Request-ID": "a-request"})
    answer = response.json
    log.close()
    found = read(path, "SELECT request_id, row, model_version, flight, late_probability, late FROM predictions")
    assert [each[:3] for each in found] == [("a-request", number, answer["model_version"]) for number in (0, 1)]
    assert msgspec.json.decode(found[1][3])["temperature_f"] is None
    assert [each[4] for each in found] == [each["late_probability"] for each in answer["predictions"]]
    assert [bool(each[5]) for each in found] == [each["late"] for each in answer["predictions"]]
    assert read(path, "SELECT julianday('now') - julianday(time) < 0.01 FROM predictions")[0] == (1,)


def test_what_is_refused_is_not_in_it(logged: Client, log: PredictionLog, path: Path) -> None:
    """There is no answer."""
    refused(logged.predict({"instances": [row(temperature_f="warm")]}), 422, "broken-contract")
    logged.predict({"instances": [row()]})
    log.close()
    assert read(path, "SELECT count(*) FROM predictions") == [(1,)]


def test_the_truth_comes_later(logged: Client, log: PredictionLog, path: Path, metrics: Metrics) -> None:
    """It finds its row; a later one replaces it; one about nothing is told and not kept."""
    logged.predict({"instances": [row(), row()]}, headers={"X-Request-ID": "asked"})
    log.close()
    before = metrics.read("parity_outcomes_total", late="true")
    truths = [{"request_id": "asked", "row": 1, "late": late} for late in (False, True)]
    stranger = {"request_id": "never-asked", "row": 0, "late": True}
    response = logged.post("/outcomes", json={"outcomes": [*truths, stranger]})
    assert response.json == {"recorded": 2, "unknown": 1, "unknown_first": [stranger]}
    assert read(path, "SELECT row, outcomes.late FROM outcomes JOIN predictions ON id = prediction") == [(1, 1)]
    assert metrics.read("parity_outcomes_total", late="true") == before + 2


def test_the_truth_may_come_at_once(logged: Client) -> None:
    """Before the answer has been written."""
    logged.predict({"instances": [row()]}, headers={"X-Request-ID": "just-now"})
    truth = {"request_id": "just-now", "row": 0, "late": True}
    assert logged.post("/outcomes", json={"outcomes": [truth]}).json["recorded"] == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"outcomes": []}, "outcomes"),
        ({"outcomes": [{"request_id": "a", "row": 0}]}, "outcomes[0]"),
        ({"outcomes": [{"request_id": "a", "row": 0, "late": "yes"}]}, "outcomes[0].late"),
        ({"outcomes": [{"request_id": "a", "row": 0, "late": True, "why": ""}]}, "outcomes[0]"),
        ([], "the body"),
    ],
)
def test_a_truth_of_another_form_is_refused(logged: Client, body: Any, field: str) -> None:
    """With the place of the fault."""
    problem = refused(logged.post("/outcomes", json=body), 422, "broken-contract")
    assert problem["errors"][0]["field"] == field


def test_without_a_log_the_truth_is_refused(client: Client, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """And it is said how to have one."""
    monkeypatch.setitem(app.extensions, "parity_log", None)
    truth = {"outcomes": [{"request_id": "a", "row": 0, "late": True}]}
    assert "PARITY_LOG_BYTES" in refused(client.post("/outcomes", json=truth), 503, "no-prediction-log")["detail"]
    assert client.predict({"instances": [row()]}).status_code == 200


@pytest.mark.usefixtures("quick")
def test_it_keeps_within_its_size(path: Path) -> None:
    """The oldest rows go, with their outcomes; the newest stay."""
    log = PredictionLog(path, BYTES)
    moment = dt.datetime.now(dt.UTC)
    for number in range(60):
        log.add(answered(moment, f"request-{number}", 100))
        truth = [prediction_log.Outcome(f"request-{number}", 0, True)]
        _wait(lambda truth=truth: not log.record(truth))
    log.close()
    assert path.stat().st_size < 1.2 * BYTES
    (oldest, newest, count), *_ = read(path, "SELECT min(id), max(id), count(*) FROM predictions")
    assert newest == 6000
    assert count == newest - oldest + 1 > 500
    assert read(path, "SELECT count(*) FROM outcomes WHERE prediction < (SELECT min(id) FROM predictions)") == [(0,)]
    assert read(path, "SELECT request_id FROM predictions ORDER BY id DESC LIMIT 1") == [("request-59",)]


@pytest.mark.usefixtures("quick")
def test_a_log_that_cannot_be_written_costs_no_answer(
    logged: Client, log: PredictionLog, path: Path, metrics: Metrics, caplog: pytest.LogCaptureFixture
) -> None:
    """It is counted and told once; the truth is refused, and the remedy said; it works again by itself."""
    path.mkdir()
    before = metrics.read("parity_unlogged_predictions_total")
    with caplog.at_level(logging.ERROR, "prod"):
        for _ in range(2):
            assert logged.predict({"instances": [row()]}).status_code == 200
            _wait(lambda: log._waiting.empty())
        _wait(lambda: metrics.read("parity_unlogged_predictions_total") == before + 2)
    assert [record.message for record in caplog.records] == ["answers are not written to the prediction log"]
    truth = {"outcomes": [{"request_id": "a", "row": 0, "late": True}]}
    assert refused(logged.post("/outcomes", json=truth), 503, "no-prediction-log")["detail"]
    path.rmdir()
    logged.predict({"instances": [row()]})
    log.close()
    assert read(path, "SELECT count(*) FROM predictions") == [(1,)]


def test_several_workers_write_one_file(path: Path) -> None:
    """None of them waits for ever, and nothing is lost."""
    logs = [PredictionLog(path, 64 * BYTES) for _ in range(4)]
    moment = dt.datetime.now(dt.UTC)

    def ask(log: PredictionLog) -> None:
        for number in range(200):
            log.add(answered(moment, f"{id(log)}-{number}"))

    threads = [threading.Thread(target=ask, args=(log,)) for log in logs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for log in logs:
        log.close()
    assert read(path, "SELECT count(*), count(DISTINCT request_id) FROM predictions") == [(1600, 800)]


def _wait(true: Any) -> None:
    event = threading.Event()
    for _ in range(100):
        if true():
            return
        event.wait(0.05)
    raise AssertionError("it did not come to that within 5 s")
