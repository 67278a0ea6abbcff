"""The service around the tiny model, asked through Flask's test client."""

from typing import Any

import jsonschema
import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.test import TestResponse

from prod.app import create_app
from prod.openapi import document
from shared.settings import Settings

DOCUMENT = document()


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
