"""The service around the tiny model, asked through Flask's test client."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.test import TestResponse

from prod.app import create_app
from prod.openapi import document
from prod.prediction_log import PredictionLog
from prod.service import KEY
from shared import prediction_log as form
from shared.names import PROJECT
from shared.settings import Settings

DOCUMENT = document()
LOG_BYTES = 1 << 20
"""How large a prediction log may become."""


@pytest.fixture(scope="session")
def app(trained: Settings) -> Flask:
    """The application; tests leave it as it is."""
    return create_app(trained)


class Client(FlaskClient):
    """A client that holds every answer of a documented path against the OpenAPI document."""

    def open(self, *args: Any, **options: Any) -> TestResponse:
        """Ask, and check the answer's form."""
        response = super().open(*args, **options)
        operations = DOCUMENT["paths"].get(response.request.path, {})
        operation = operations.get(response.request.method.lower())
        if operation and response.status_code != 500:
            answer = operation["responses"][str(response.status_code)]
            assert response.mimetype in answer["content"]
            schema = answer["content"][response.mimetype].get("schema", {})
            if schema:
                conforms(response.json, schema)
        return response

    def predict(self, body: Any, **options: Any) -> TestResponse:
        """POST /predict with JSON, or with a body as it is."""
        sent = {"data": body} if isinstance(body, str | bytes) else {"json": body}
        return self.post("/predict", **{"content_type": "application/json", **sent, **options})


def conforms(value: Any, schema: dict[str, Any]) -> None:
    """Hold a value against a schema of the OpenAPI document."""
    whole = {**schema, "components": DOCUMENT["components"]}
    jsonschema.validate(value, whole, jsonschema.Draft202012Validator)


def refused(response: Any, status: int, kind: str) -> dict[str, Any]:
    """The problem document that a response is."""
    assert response.status_code == status, response.text
    assert response.mimetype == "application/problem+json"
    problem: dict[str, Any] = json.loads(response.text)
    conforms(problem, {"$ref": "#/components/schemas/Problem"})
    assert problem["type"] == f"urn:{PROJECT}:{kind}"
    assert problem["status"] == status
    assert problem["instance"] == f"urn:{PROJECT}:request:{response.headers['X-Request-ID']}"
    assert problem["remedy"]
    return problem


def broken(client: Client, body: Any) -> list[dict[str, Any]]:
    """The errors of a body that breaks the contract."""
    return list(refused(client.predict(body), 422, "broken-contract")["errors"])


@pytest.fixture
def client(app: Flask) -> Client:
    """A client of the service."""
    return Client(app)


class Metrics:
    """Counters of the service."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def read(self, name: str, **labels: str) -> float:
        """The sum of a metric's samples that have these labels."""
        families = text_string_to_metric_families(self._client.get("/metrics").text)
        samples = [sample for family in families for sample in family.samples if sample.name == name]
        return sum(sample.value for sample in samples if labels.items() <= sample.labels.items())


@pytest.fixture
def metrics(client: Client) -> Metrics:
    """What /metrics says."""
    return Metrics(client)


@pytest.fixture
def log_path(tmp_path: Path) -> Path:
    """Where a prediction log of the test's own is."""
    return tmp_path / form.NAME


@pytest.fixture
def log(log_path: Path) -> Iterator[PredictionLog]:
    """A small one."""
    made = PredictionLog(log_path, LOG_BYTES)
    yield made
    made.close()


@pytest.fixture
def logging_app(trained: Settings, log: PredictionLog) -> Flask:
    """The application with that log."""
    app = create_app(trained)
    app.extensions[KEY] = replace(app.extensions[KEY], log=log)
    return app


@pytest.fixture
def logged(logging_app: Flask) -> Client:
    """A client of it."""
    return Client(logging_app)


def read_log(path: Path, query: str) -> list[tuple[Any, ...]]:
    """What SQL says of a prediction log."""
    with closing(sqlite3.connect(path)) as database:
        return database.execute(query).fetchall()
