"""`POST /predict`: rows in, probabilities out; a row that breaks the contract is never guessed."""

import json
from typing import Annotated, Any, NoReturn

import msgspec
from flask import Blueprint, Response, current_app, g, request
from gunicorn.http.errors import ParseException
from msgspec import Meta

from prod import metrics
from prod.errors import RequestError
from shared import contract
from shared.artifact import Model
from shared.contract import Flight

MOST_ERRORS = 20
"""Errors told in one answer."""

blueprint = Blueprint("predict", __name__)


class PredictRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Flights to predict."""

    instances: Annotated[list[Flight], Meta(min_length=1)]


class Prediction(msgspec.Struct, omit_defaults=True):
    """The answer for one flight, in the order of the request."""

    late_probability: Annotated[float, Meta(ge=0, le=1, description="that it arrives 15 minutes late or more")]
    late: Annotated[bool, Meta(description="whether that reaches the model's threshold")]
    unseen: Annotated[dict[str, str], Meta(description="categories that the model never saw in training")] = {}


class PredictResponse(msgspec.Struct):
    """Predictions and the model they come from."""

    predictions: list[Prediction]
    model_version: str


_decoder = msgspec.json.Decoder(PredictRequest)


@blueprint.post("/predict")
def predict() -> Response:
    """Validate, predict, answer."""
    model: Model = current_app.extensions["parity_model"]
    flights = _flights()
    g.rows = len(flights)
    with metrics.PREDICT_DURATION.labels(**metrics.labels(model)).time():
        probabilities = model.probabilities(flights).tolist()
    predictions = [
        Prediction(probability, probability >= model.passport.threshold, _unseen(model, flight))
        for flight, probability in zip(flights, probabilities, strict=True)
    ]
    for late in (True, False):
        count = sum(prediction.late is late for prediction in predictions)
        metrics.PREDICTIONS.labels(**metrics.labels(model), late=str(late).lower()).inc(count)
    answer = PredictResponse(predictions, model.passport.version)
    return Response(msgspec.json.encode(answer), mimetype="application/json")


def _unseen(model: Model, flight: Flight) -> dict[str, str]:
    found = {
        field: getattr(flight, field)
        for field in contract.OPEN_CATEGORIES
        if getattr(flight, field) not in model.passport.distribution[field]["shares"]
    }
    for field in found:
        metrics.UNSEEN.labels(field).inc()
    return found


def _flights() -> list[Flight]:
    if request.mimetype != "application/json":
        raise RequestError(
            415,
            "content-type",
            "The body must be JSON",
            evidence=f"expected Content-Type application/json, got {request.mimetype or 'none'}",
            remedy="send the header Content-Type: application/json",
        )
    body = _body()
    try:
        instances = _decoder.decode(body).instances
    except msgspec.MsgspecError as error:
        _explain(body, error)
    _limit(instances)
    return instances


def _body() -> bytes:
    most = current_app.extensions["parity_settings"].max_body_bytes
    try:
        body = request.get_data() if (request.content_length or 0) <= most else None
    except (ParseException, OSError) as error:  # the server's own: chunks that are none, a sender that left
        _malformed(str(error))
    # A body of unknown length is cut off at the limit without a word.
    if body is None or (request.content_length is None and len(body) >= most):
        raise RequestError(
            413,
            "body-too-large",
            "The body is too large",
            evidence=f"expected at most {most:,} bytes, got {request.content_length or 'more'}",
            remedy="send fewer rows in each request",
        )
    return body


def _limit(instances: list[Any]) -> None:
    most = current_app.extensions["parity_settings"].max_rows
    if len(instances) > most:
        _refuse([_error(None, "instances", f"1 to {most} rows", f"{len(instances)} rows")])


def _explain(body: bytes, error: msgspec.MsgspecError) -> NoReturn:
    """Find everything that is wrong with a body that could not be decoded, and say it."""
    try:
        request_ = json.loads(body.decode())
    except RecursionError:
        _malformed("nested too deep")
    except ValueError as reason:
        _malformed(str(reason))
    if not isinstance(request_, dict):
        _refuse([_error(None, "", 'an object {"instances": […]}', _kind(request_))])
    errors = [
        _error(None, name, 'no field but "instances"', _kind(value))
        for name, value in request_.items()
        if name != "instances"
    ]
    instances = request_.get("instances")
    if not isinstance(instances, list) or not instances:
        got = "nothing" if "instances" not in request_ else _kind(instances)
        _refuse([*errors, _error(None, "instances", "a list of 1 row or more", got)])
    _limit(instances)
    for number, row in enumerate(instances):
        broken = contract.violations(row)
        errors += [_error(number, each.field, each.expected, each.got) for each in broken]
        for field in {each.field for each in broken}:
            known = field if field in contract.FIELDS else "other"
            metrics.REJECTED_ROWS.labels(known).inc()
    if not errors:
        _malformed(str(error))
    _refuse(errors)


def _malformed(reason: str) -> NoReturn:
    raise RequestError(
        400,
        "malformed-json",
        "The body is not JSON",
        evidence=f"expected JSON (RFC 8259) in UTF-8, got: {reason}",
        remedy="check the body with a JSON parser; POST /predict is described at /docs",
    )


def _refuse(errors: list[dict[str, Any]]) -> NoReturn:
    first = errors[0]
    row = "" if first["row"] is None else f"row {first['row']}"
    place = ", ".join(filter(None, (row, first["field"]))) or "the body"
    raise RequestError(
        422,
        "broken-contract",
        "The request breaks the contract",
        evidence=f"{len(errors)} in all; {place}: expected {first['expected']}, got {first['got']}",
        remedy="send the fields as GET /contract describes them; unknown numbers are null",
        errors=errors[:MOST_ERRORS],
    )


def _error(row: int | None, field: str, expected: str, got: str) -> dict[str, Any]:
    return {"row": row, "field": field, "expected": expected, "got": got}


def _kind(value: Any) -> str:
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return "an object" if isinstance(value, dict) else json.dumps(value)[:60]
