"""The contract for machines: JSON Schema of a row and OpenAPI of the service."""

import json
from typing import Any

import msgspec
from flask import Blueprint, Response, jsonify

from prod.check import CheckResponse
from prod.errors import TYPES
from prod.outcomes import Outcomes, OutcomesResponse
from prod.predict import PredictResponse
from prod.rows import Rows
from prod.service import service
from shared import contract
from shared.artifact import Passport
from shared.compare.report import Severity, to_json
from shared.names import TITLE
from shared.problem import words
from shared.problem.target import ROWS

blueprint = Blueprint("openapi", __name__)


class FieldError(msgspec.Struct):
    """One thing that breaks the contract; row is null where it is not about one row."""

    row: int | None
    field: str
    expected: str
    got: str


class Problem(msgspec.Struct):
    """Problem document (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    remedy: str
    errors: list[FieldError] | msgspec.UnsetType = msgspec.UNSET


class Ready(msgspec.Struct):
    """Whether requests may be sent, and to which model."""

    status: str
    model_version: str
    guard: str


class Alive(msgspec.Struct):
    """The process answers."""

    status: str


@blueprint.get("/contract")
def show_contract() -> Response:
    """JSON Schema of a row."""
    return Response(msgspec.json.encode(contract.json_schema()), mimetype="application/schema+json")


@blueprint.get("/model")
def show_model() -> Response:
    """The passport of the model served, and what the guard found when it was loaded."""
    verdict = service().verdict
    report = verdict.report and json.loads(to_json(verdict.report, verdict.report.exit_code(Severity.RISK)))
    guard = {
        "model_version": verdict.version,
        "mode": verdict.mode,
        "outcome": verdict.outcome,
        "moved": verdict.moved,
        "scorer": verdict.scorer,
        "scorer_refused": verdict.refused,
        "report": report or {},
    }
    body = {**msgspec.to_builtins(service().passport), "guard": guard}
    return Response(msgspec.json.encode(body), mimetype="application/json")


@blueprint.get("/openapi.json")
def show_openapi() -> Response:
    """The service, as OpenAPI 3.1."""
    return jsonify(document())


def document() -> dict[str, Any]:
    """The OpenAPI document."""
    types = [Rows, PredictResponse, CheckResponse, Outcomes, OutcomesResponse, Passport, Ready, Alive, Problem]
    schemas, components = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    schema = {kind.__name__: reference for kind, reference in zip(types, schemas, strict=True)}

    def answer(text: str, name: str, media: str = "application/json") -> dict[str, Any]:
        return {"description": text, "content": {media: {"schema": schema[name]}}}

    def problems(**texts: str) -> dict[str, Any]:
        media = "application/problem+json"
        return {status[1:]: answer(text, "Problem", media) for status, text in texts.items()}

    hosts = problems(_400="No Host", _421="A Host that the service does not answer to")

    def get(summary: str, name: str, **more: Any) -> dict[str, Any]:
        return {"get": {"summary": summary, "responses": {"200": answer(summary, name), **hosts, **more}}}

    def text(summary: str, media: str) -> dict[str, Any]:
        content = {"description": summary, "content": {media: {}}}
        return {"get": {"summary": summary, "responses": {"200": content, **hosts}}}

    def post(summary: str, good: str, name: str, broken: str, sent: str = "Rows", **more: str) -> dict[str, Any]:
        body = {"required": True, "content": {"application/json": {"schema": schema[sent]}}}
        refused = {
            **hosts,
            **problems(_400="Not JSON", _413="Body too large", _415="Not plain JSON", _422=broken, **more),
        }
        return {"post": {"summary": summary, "requestBody": body, "responses": {"200": answer(good, name), **refused}}}

    broken = "Breaks the contract"
    predict = post(words.SUMMARY, "One prediction a row, in order", "PredictResponse", broken)
    few = f"{broken}, or too few rows"
    check = post("Compare a window of rows with training", "What is unusual about it", "CheckResponse", few)
    recorded = "How many were recorded"
    outcomes = post(
        f"Record what became of {ROWS}", recorded, "OutcomesResponse", broken, "Outcomes", _503="No prediction log"
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": TITLE,
            "version": contract.sha256()[:12],
            "description": f"{words.DESCRIPTION} Errors are problem documents whose type starts with {TYPES}",
        },
        "paths": {
            "/predict": predict,
            "/check": check,
            "/outcomes": outcomes,
            "/health": get("Alive", "Alive"),
            "/ready": get("Ready for requests", "Ready", **{"503": answer("Draining", "Ready")}),
            "/model": get("The model's passport", "Passport"),
            "/contract": text("JSON Schema of a row", "application/schema+json"),
            "/openapi.json": text("This document", "application/json"),
            "/metrics": text("Metrics for Prometheus", "text/plain"),
        },
        "components": {"schemas": components},
    }
