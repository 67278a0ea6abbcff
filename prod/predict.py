"""`POST /predict`: rows in, probabilities out; a row that breaks the contract is never guessed."""

import datetime as dt
from collections import Counter
from typing import Annotated

import msgspec
from flask import Blueprint, Response, g
from msgspec import Meta

from prod import logs, metrics, rows
from prod.prediction_log import Answered
from prod.service import COMPUTING, service
from shared import artifact, contract, window
from shared.artifact import Model
from shared.columns import frame
from shared.contract import Row

ANSWER_ID = "Answer-ID"
"""Header with the ID of this answer and no other, however often a client sends one X-Request-ID."""

blueprint = Blueprint("predict", __name__)


class Prediction(msgspec.Struct, omit_defaults=True):
    """The answer for one flight, in the order of the request."""

    late_probability: Annotated[float, Meta(ge=0, le=1, description="that it arrives 15 minutes late or more")]
    late: Annotated[bool, Meta(description="whether that reaches the model's threshold")]
    unseen: Annotated[dict[str, str], Meta(description="categories that the model never saw in training")] = {}
    outside: Annotated[
        dict[str, window.Outside], Meta(description="numbers of the model's columns outside the range of training")
    ] = {}


class PredictResponse(msgspec.Struct):
    """Predictions and the model they come from."""

    predictions: list[Prediction]
    model_version: str


@blueprint.post("/predict")
def predict() -> Response:
    """Validate, predict, answer."""
    with COMPUTING:
        return _predict(service().model)


def _predict(model: Model) -> Response:
    flights = rows.read()
    g.rows = len(flights)
    with metrics.PREDICT_DURATION.labels(**metrics.labels(model)).time():
        table = frame(flights)
        probabilities = artifact.predict(model.pipeline, table).tolist()
    outside = window.outside(table, model.passport.distribution)
    predictions = [
        Prediction(probability, probability >= model.passport.threshold, _unseen(model, flight), outside.get(row, {}))
        for row, (flight, probability) in enumerate(zip(flights, probabilities, strict=True))
    ]
    _count(model, predictions)
    g.answer_id = logs.new_id()
    _log(model, flights, predictions)
    answer = PredictResponse(predictions, model.passport.version)
    # In a header: equal requests get equal bodies.
    return Response(msgspec.json.encode(answer), headers={ANSWER_ID: g.answer_id}, mimetype="application/json")


def _unseen(model: Model, flight: Row) -> dict[str, str]:
    columns = model.passport.distribution.columns
    values = {name: getattr(flight, name) for name in contract.OPEN_CATEGORIES}
    return {name: value for name, value in values.items() if value not in columns[name].shares}


def _log(model: Model, flights: list[Row], predictions: list[Prediction]) -> None:
    log = service().log
    if log is not None:
        answers = [(prediction.late_probability, prediction.late) for prediction in predictions]
        now, version = dt.datetime.now(dt.UTC), model.passport.version
        log.add(Answered(g.answer_id, g.request_id, now, version, flights, answers))


def _count(model: Model, predictions: list[Prediction]) -> None:
    for late in (True, False):
        count = sum(prediction.late is late for prediction in predictions)
        metrics.PREDICTIONS.labels(**metrics.labels(model), late=str(late).lower()).inc(count)
    for name, count in Counter(name for each in predictions for name in each.unseen).items():
        metrics.UNSEEN.labels(name).inc(count)
    for name, count in Counter(name for each in predictions for name in each.outside).items():
        metrics.OUTSIDE.labels(name).inc(count)
