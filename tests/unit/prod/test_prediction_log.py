"""The prediction log: what is answered is kept, within its size, and a log that fails costs no answer."""

import datetime as dt
import json
import logging
import os
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from prod import logs, prediction_log
from prod.log_file import Truth
from prod.prediction_log import Answered, PredictionLog
from shared import prediction_log as form
from tests.unit.prod.conftest import LOG_BYTES, Client, Metrics, read_log, refused
from tests.unit.tiny import flight, row


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Logs that write soon."""
    monkeypatch.setattr(prediction_log, "PAUSE_SECONDS", 0.02)


def answered(moment: Any, request_id: str = "one", rows: int = 2) -> Answered:
    """A request with so many rows."""
    return Answered(logs.new_id(), request_id, moment, "v1", [flight()] * rows, [[0.25]] * rows, [False] * rows)


def test_what_is_answered_can_be_read_with_sql(logged: Client, log: PredictionLog, log_path: Path) -> None:
    """The row as it was sent, the answer as it was given, model, moment, and the request's ID."""
    sent = row(temperature_f=None)
    response = logged.predict({"instances": [row(), sent]}, headers={"X-Request-ID": "a-request"})
    answer = response.json
    log.close()
    found = read_log(log_path, "SELECT request_id, row, model_version, instance, scores, label FROM predictions")
    assert [each[:3] for each in found] == [("a-request", number, answer["model_version"]) for number in (0, 1)]
    assert msgspec.json.decode(found[1][3])["temperature_f"] is None
    assert [json.loads(each[4]) for each in found] == [[each["late_probability"]] for each in answer["predictions"]]
    assert [json.loads(each[5]) for each in found] == [each["late"] for each in answer["predictions"]]
    assert read_log(log_path, "SELECT julianday('now') - julianday(time) < 0.01 FROM predictions")[0] == (1,)


def test_what_is_refused_is_not_in_it(logged: Client, log: PredictionLog, log_path: Path) -> None:
    """There is no answer."""
    refused(logged.predict({"instances": [row(temperature_f="warm")]}), 422, "broken-contract")
    logged.predict({"instances": [row()]})
    log.close()
    assert read_log(log_path, "SELECT count(*) FROM predictions") == [(1,)]


def test_an_older_log_is_carried_on(log_path: Path) -> None:
    """One that was begun before answers had IDs, and scores names that all problems share: its rows stay readable."""
    columns = (
        "request_id TEXT, row INTEGER, time TEXT, model_version TEXT, flight TEXT, late_probability REAL, late INTEGER"
    )
    with closing(sqlite3.connect(log_path)) as database, database:
        database.execute(f"CREATE TABLE predictions (id INTEGER PRIMARY KEY, {columns})")
        database.execute("INSERT INTO predictions VALUES (1, 'old', 0, '', 'v0', '{}', 0.5, 1)")
        database.execute("CREATE TABLE outcomes (prediction INTEGER PRIMARY KEY, late INTEGER, time TEXT)")
        database.execute("INSERT INTO outcomes VALUES (1, 0, '')")
    log = PredictionLog(log_path, LOG_BYTES)
    log.add(answered(dt.datetime.now(dt.UTC), "new"))
    log.close()
    columns = f"request_id, answer_id = '', instance, {form.SCORES}, {form.LABEL}"
    found = read_log(log_path, f"SELECT {columns} FROM predictions ORDER BY id")  # noqa: S608
    assert [each[:2] for each in found] == [("old", 1), ("new", 0), ("new", 0)]
    assert found[0][2:] == ("{}", "[0.5]", "true")
    assert found[1][3:] == ("[0.25]", "false")
    known = "SELECT request_id, truth FROM joined WHERE truth IS NOT NULL"
    assert read_log(log_path, known) == [("old", "false")]
    log = PredictionLog(log_path, LOG_BYTES)
    log.record([Truth(0, "true", request_id="old")])
    log.close()
    assert read_log(log_path, known) == [("old", "true")]


@pytest.mark.usefixtures("quick")
def test_it_keeps_within_its_size(log_path: Path) -> None:
    """The oldest rows and truths go; the newest stay."""
    log = PredictionLog(log_path, LOG_BYTES)
    moment = dt.datetime.now(dt.UTC)
    for number in range(60):
        log.add(answered(moment, f"request-{number}", 100))
        truth = [Truth(0, "true", request_id=f"request-{number}")]
        _wait(lambda truth=truth: not log.record(truth).unknown)
    log.close()
    assert log_path.stat().st_size < 1.2 * LOG_BYTES
    (oldest, newest, count), *_ = read_log(log_path, "SELECT min(id), max(id), count(*) FROM predictions")
    assert newest == 6000
    assert count == newest - oldest + 1 > 500
    assert read_log(log_path, "SELECT count(*) FROM truths WHERE time < (SELECT min(time) FROM predictions)") == [(0,)]
    assert read_log(log_path, "SELECT request_id FROM predictions ORDER BY id DESC LIMIT 1") == [("request-59",)]


@pytest.mark.usefixtures("quick")
def test_its_bytes_on_disk_are_bounded_all_the_time(log_path: Path) -> None:
    """File and write-ahead log together take at most 1.1 times the limit, with large requests and random IDs."""
    log = PredictionLog(log_path, 2 * LOG_BYTES)
    most = 0
    for number in range(20):
        for _ in range(4):
            log.add(answered(dt.datetime.now(dt.UTC), f"{hash(number)}", 200))
        _wait(lambda: log.waiting < 200)
        files = [file for file in (log_path, log_path.with_name(f"{log_path.name}-wal")) if file.exists()]
        most = max(most, sum(file.stat().st_size for file in files))
    log.close()
    assert LOG_BYTES < most <= 1.1 * 2 * LOG_BYTES


def test_what_waits_is_bounded(log_path: Path, monkeypatch: pytest.MonkeyPatch, metrics: Metrics) -> None:
    """In rows and in bytes; what goes beyond is counted as lost, and nothing else is."""
    lost = metrics.read("parity_unlogged_predictions_total")
    monkeypatch.setattr(prediction_log, "PAUSE_SECONDS", 60)
    for name, most, kept in (("MAX_WAITING_ROWS", 5, 4), ("MAX_WAITING_BYTES", 4000, 4)):
        with monkeypatch.context() as bound:
            bound.setattr(prediction_log, name, most)
            log = PredictionLog(log_path.with_name(name), LOG_BYTES)
            for _ in range(4):
                log.add(answered(dt.datetime.now(dt.UTC)))
            assert log.waiting == kept
            log.close()
            assert read_log(log_path.with_name(name), "SELECT count(*) FROM predictions") == [(kept,)]
    assert metrics.read("parity_unlogged_predictions_total") == lost + 8


def test_when_much_waits_it_is_written_at_once(log_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that answers thousands of rows a second would have more to write than may wait."""
    monkeypatch.setattr(prediction_log, "PAUSE_SECONDS", 60)
    monkeypatch.setattr(prediction_log, "HURRY_BYTES", 2000)
    log = PredictionLog(log_path, LOG_BYTES)
    try:
        log.add(answered(dt.datetime.now(dt.UTC), rows=1))
        time.sleep(0.1)
        assert log.waiting == 1
        log.add(answered(dt.datetime.now(dt.UTC), rows=9))
        _wait(lambda: not log.waiting)
    finally:
        log.close()


def test_a_reader_that_holds_on_costs_no_row(log_path: Path, quick: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The write-ahead log does not grow for it; what is answered waits, and is written when it has gone."""
    log = PredictionLog(log_path, LOG_BYTES)
    log.add(answered(dt.datetime.now(dt.UTC), rows=100))
    _wait(lambda: not log.waiting)
    with closing(form.connect(log_path)) as reader:
        cursor = reader.execute("SELECT * FROM predictions")
        cursor.fetchone()
        for _ in range(10):
            log.add(answered(dt.datetime.now(dt.UTC), rows=100))
        _wait(lambda: log.waiting)
        for _ in range(5):
            threading.Event().wait(0.05)
            assert log_path.with_name(f"{log_path.name}-wal").stat().st_size < 0.1 * LOG_BYTES
        assert log.waiting
        cursor.close()
    _wait(lambda: not log.waiting)
    log.close()
    assert read_log(log_path, "SELECT count(*) FROM predictions") == [(1100,)]


def test_a_reader_waits_for_what_is_under_way(log_path: Path, log: PredictionLog) -> None:
    """All that was answered before it began is there when `settle` returns; no mark is left."""
    log.add(answered(dt.datetime.now(dt.UTC), rows=10))
    assert not log_path.exists()
    assert form.settle(log_path)
    assert read_log(log_path, "SELECT count(*) FROM predictions") == [(10,)]
    assert not list(log_path.parent.glob(f"{form.MARK}*"))


def test_a_reader_does_not_wait_for_ever(log_path: Path, log: PredictionLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither for a worker that cannot write, nor for one that was killed long ago."""
    monkeypatch.setattr(prediction_log, "PAUSE_SECONDS", 60)
    log.add(answered(dt.datetime.now(dt.UTC)))
    assert not form.settle(log_path, 0.1)
    (mark,) = log_path.parent.glob(f"{form.MARK}*")
    os.utime(mark, (0, 0))
    assert form.settle(log_path, 0.1)


@pytest.mark.usefixtures("quick")
def test_a_log_that_cannot_be_written_costs_no_answer(
    logged: Client, log: PredictionLog, log_path: Path, metrics: Metrics, caplog: pytest.LogCaptureFixture
) -> None:
    """It is counted and reported once; the truth is refused, with a remedy; it works again by itself."""
    log_path.mkdir()
    before = metrics.read("parity_unlogged_predictions_total")
    with caplog.at_level(logging.ERROR, "prod"):
        for _ in range(2):
            assert logged.predict({"instances": [row()]}).status_code == 200
            _wait(lambda: not log.waiting)
        _wait(lambda: metrics.read("parity_unlogged_predictions_total") == before + 2)
    assert [record.message for record in caplog.records] == ["answers are not written to the prediction log"]
    truth = {"outcomes": [{"request_id": "a", "row": 0, "late": True}]}
    assert refused(logged.post("/outcomes", json=truth), 503, "no-prediction-log")["detail"]
    log_path.rmdir()
    logged.predict({"instances": [row()]})
    log.close()
    assert read_log(log_path, "SELECT count(*) FROM predictions") == [(1,)]


def test_several_workers_write_one_file(log_path: Path) -> None:
    """None of them waits for ever, and nothing is lost."""
    logs = [PredictionLog(log_path, 64 * LOG_BYTES) for _ in range(4)]
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
    assert read_log(log_path, "SELECT count(*), count(DISTINCT request_id) FROM predictions") == [(1600, 800)]


def _wait(true: Any) -> None:
    event = threading.Event()
    for _ in range(100):
        if true():
            return
        event.wait(0.05)
    raise AssertionError("it did not come to that within 5 s")
