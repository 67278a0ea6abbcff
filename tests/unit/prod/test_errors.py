"""Errors are problem documents (RFC 9457), and tell nothing of the inside."""

import logging
from dataclasses import replace

import pytest
from flask import Flask

from prod.errors import RequestError, problem
from prod.service import KEY
from shared.scorer import PipelineScorer
from tests.unit.prod.conftest import Client, refused
from tests.unit.tiny import row


def test_an_unknown_path_is_a_problem(client: Client) -> None:
    """404, and where to see what there is."""
    assert "/openapi.json" in refused(client.get("/nowhere"), 404, "not-found")["remedy"]


def test_a_wrong_method_is_a_problem(client: Client) -> None:
    """405, with the header that says what is allowed."""
    response = client.get("/predict")
    refused(response, 405, "method-not-allowed")
    assert "POST" in response.headers["Allow"]


class Failing:
    """A pipeline with a bug."""

    classes_ = (False, True)

    def predict_proba(self, table: object) -> None:
        """Fail with what no client should see."""
        raise RuntimeError("secret at /opt/inside")


def test_a_bug_is_in_the_log_only(
    app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """500 with the request's ID; message, path and traceback are in the log under that ID."""
    monkeypatch.setitem(app.extensions, KEY, replace(app.extensions[KEY], scorer=PipelineScorer(Failing())))
    with caplog.at_level(logging.ERROR, "prod"):
        response = client.predict({"instances": [row()]}, headers={"X-Request-ID": "the-one"})
    assert "the-one" in refused(response, 500, "internal-error")["remedy"]
    for inside in ("secret", "/opt/inside", "RuntimeError", "Traceback"):
        assert inside not in response.text
    (record,) = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert record.request_id == "the-one"  # type: ignore[attr-defined]
    assert record.exc_info is not None
    assert "secret" in str(record.exc_info[1])


def test_a_problem_without_errors_has_no_list_of_them(app: Flask) -> None:
    """Clients can tell "about rows" from "about the request" by the field's presence."""
    with app.test_request_context("/"):
        app.preprocess_request()
        body = problem(400, "kind", "Title", "detail").json
    assert set(body) == {"type", "title", "status", "detail", "instance"}
    assert RequestError(400, "kind", "what", evidence="e", remedy="r").errors == []
