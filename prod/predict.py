"""`POST /predict`: rows in, predictions out; a row that breaks the contract is never guessed."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from flask import Blueprint, Response, g

from prod import answer, logs, metrics, rows
from prod.answer import Prediction
from prod.prediction_log import Answered
from prod.service import COMPUTING, service
from shared import artifact, contract, window
from shared.artifact import Model
from shared.columns import CATEGORICAL, frame
from shared.contract import Row
from shared.problem.target import TARGET

ANSWER_ID = "Answer-ID"
"""Header with the ID of this answer and no other, however often a client sends one X-Request-ID."""

SEEN = tuple(name for name in contract.OPEN_CATEGORIES if name in CATEGORICAL)
"""Fields whose values of training are known."""

blueprint = Blueprint("predict", __name__)


class PredictResponse(msgspec.Struct):
    """Predictions and the model they come from."""

    predictions: list[Prediction]  # type: ignore[valid-type]
    model_version: str


@blueprint.post("/predict")
def predict() -> Response:
    """Validate, predict, answer."""
    with COMPUTING:
        return _predict(service().model)


def _predict(model: Model) -> Response:
    asked = rows.read()
    g.rows = len(asked)
    with metrics.PREDICT_DURATION.labels(**metrics.labels(model)).time():
        table = frame(asked)
        scores = artifact.predict(model.pipeline, table)
    labels = TARGET.labels(scores, model.passport.threshold).tolist()
    outside = window.outside(table, model.passport.distribution)
    unseen = [_unseen(model, row) for row in asked]
    _count(model, labels, unseen, outside)
    g.answer_id = logs.new_id()
    log = service().log
    if log is not None:
        now, version = dt.datetime.now(dt.UTC), model.passport.version
        log.add(Answered(g.answer_id, g.request_id, now, version, asked, scores.tolist(), labels))
    body = PredictResponse(answer.predictions(scores, labels, unseen, outside), model.passport.version)
    # In a header: equal requests get equal bodies.
    return Response(msgspec.json.encode(body), headers={ANSWER_ID: g.answer_id}, mimetype="application/json")


def _unseen(model: Model, row: Row) -> dict[str, str]:
    columns = model.passport.distribution.columns
    values = {name: getattr(row, name) for name in SEEN}
    return {name: value for name, value in values.items() if value is not None and value not in columns[name].shares}


def _count(
    model: Model, labels: Sequence[Any], unseen: Sequence[Mapping[str, str]], outside: Mapping[int, Mapping[str, Any]]
) -> None:
    metrics.count(metrics.PREDICTIONS, labels, metrics.labels(model))
    for name, count in Counter(name for names in unseen for name in names).items():
        metrics.UNSEEN.labels(name).inc(count)
    for name, count in Counter(name for names in outside.values() for name in names).items():
        metrics.OUTSIDE.labels(name).inc(count)
