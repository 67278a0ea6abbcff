"""POST /outcomes: the truth finds the answer it is about, or is refused with the reason."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from prod.prediction_log import PredictionLog
from prod.service import KEY
from tests.unit.prod.conftest import Client, Metrics, read_log, refused
from tests.unit.tiny import row


def test_the_truth_comes_later(logged: Client, log: PredictionLog, log_path: Path, metrics: Metrics) -> None:
    """It finds its row; the latest holds; one about nothing that is known here is kept, and listed."""
    logged.predict({"instances": [row(), row()]}, headers={"X-Request-ID": "asked"})
    log.close()
    before = metrics.read("parity_outcomes_total", late="true")
    truths = [{"request_id": "asked", "row": 1, "late": late} for late in (False, True)]
    stranger = {"request_id": "never-asked", "row": 0, "late": True}
    response = logged.post("/outcomes", json={"outcomes": [*truths, stranger]})
    assert response.json == {"recorded": 3, "unknown": 1, "unknown_first": [stranger]}
    assert read_log(log_path, "SELECT row, truth FROM joined") == [(0, None), (1, "true")]
    logged.post("/outcomes", json={"outcomes": [{"request_id": "asked", "row": 1, "late": False}]})
    assert read_log(log_path, "SELECT row, truth FROM joined") == [(0, None), (1, "false")]
    assert metrics.read("parity_outcomes_total", late="true") == before + 2


def test_the_truth_may_come_at_once(logged: Client) -> None:
    """Before the answer has been written."""
    logged.predict({"instances": [row()]}, headers={"X-Request-ID": "just-now"})
    truth = {"request_id": "just-now", "row": 0, "late": True}
    assert logged.post("/outcomes", json={"outcomes": [truth]}).json["recorded"] == 1


def test_one_request_id_used_twice_does_not_mix_up_answers(logged: Client, log: PredictionLog, log_path: Path) -> None:
    """As a mesh sends it: the answer's own ID tells them apart; the shared one records nothing, and is reported."""
    answers = [
        logged.predict({"instances": [row(distance_miles=miles)]}, headers={"X-Request-ID": "shared"})
        for miles in (100, 200)
    ]
    log.close()
    identities = [answer.headers["Answer-ID"] for answer in answers]
    assert len(set(identities)) == 2
    shared = {"request_id": "shared", "row": 0, "late": True}
    response = logged.post("/outcomes", json={"outcomes": [shared]})
    assert response.json == {
        "recorded": 0,
        "unknown": 0,
        "unknown_first": [],
        "ambiguous": 1,
        "ambiguous_first": [shared],
    }
    truth = {"answer_id": identities[0], "row": 0, "late": True}
    assert logged.post("/outcomes", json={"outcomes": [truth]}).json["recorded"] == 1
    query = "SELECT json_extract(instance, '$.distance_miles') FROM joined WHERE truth = 'true'"
    assert read_log(log_path, query) == [(100,)]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"outcomes": []}, "outcomes"),
        ({"outcomes": [{"request_id": "a", "row": 0}]}, "outcomes[0]"),
        ({"outcomes": [{"request_id": "a", "row": 0, "late": "yes"}]}, "outcomes[0].late"),
        ({"outcomes": [{"request_id": "a", "row": 0, "late": True, "why": ""}]}, "outcomes[0]"),
        ({"outcomes": [{"request_id": "a", "row": 9223372036854775808, "late": True}]}, "outcomes[0].row"),
        ({"outcomes": [{"request_id": "a", "row": -1, "late": True}]}, "outcomes[0].row"),
        ({"outcomes": [{"row": 0, "late": True}]}, "outcomes[0]"),
        ({"outcomes": [{"request_id": "a", "answer_id": "b", "row": 0, "late": True}]}, "outcomes[0]"),
        ({"outcomes": [{"request_id": "a" * 65, "row": 0, "late": True}]}, "outcomes[0].request_id"),
        ([], "the body"),
    ],
)
def test_a_truth_of_another_form_is_refused(logged: Client, body: Any, field: str) -> None:
    """With the place of the fault."""
    problem = refused(logged.post("/outcomes", json=body), 422, "broken-contract")
    assert problem["errors"][0]["field"] == field


@pytest.mark.parametrize(
    "body",
    [
        '{"outcomes": [{"request_id": "a", "row": 0, "late": true, "late": false}]}',
        '{"outcomes": [], "outcomes": [{"request_id": "a", "row": 0, "late": true}]}',
    ],
)
def test_a_key_twice_is_refused(logged: Client, body: str) -> None:
    """Which of two truths counts is anybody's guess."""
    response = logged.post("/outcomes", data=body, content_type="application/json")
    assert refused(response, 422, "broken-contract")["errors"][0]["got"] == "the key more than once"


def test_without_a_log_the_truth_is_refused(client: Client, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the remedy is how to have one."""
    monkeypatch.setitem(app.extensions, KEY, replace(app.extensions[KEY], log=None))
    truth = {"outcomes": [{"request_id": "a", "row": 0, "late": True}]}
    assert "PARITY_LOG_BYTES" in refused(client.post("/outcomes", json=truth), 503, "no-prediction-log")["detail"]
    assert client.predict({"instances": [row()]}).status_code == 200
