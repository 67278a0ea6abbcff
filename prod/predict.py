"""`POST /predict`: rows in, predictions out; a row that breaks the contract is never guessed."""

import datetime as dt
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from flask import Blueprint, Response, g

from prod import answer, logs, metrics, rows
from prod.answer import Prediction
from prod.prediction_log import Answered
from prod.service import COMPUTING, Service, service
from shared import window
from shared.columns import features
from shared.contract import Row
from shared.problem.target import TARGET

ANSWER_ID = "Answer-ID"
"""Header with the ID of this answer and no other, however often a client sends one X-Request-ID."""

blueprint = Blueprint("predict", __name__)
_encoder = msgspec.json.Encoder()


class PredictResponse(msgspec.Struct):
    """Predictions and the model they come from."""

    predictions: list[Prediction]  # type: ignore[valid-type]
    model_version: str


@blueprint.post("/predict")
def predict() -> Response:
    """Validate, predict, answer; `prod.direct` does the same."""
    with COMPUTING:
        asked = rows.read()
        g.rows = len(asked)
        content, g.answer_id = respond(service(), asked, g.request_id)
    # In a header: equal requests get equal bodies.
    return Response(content, headers={ANSWER_ID: g.answer_id}, mimetype="application/json")


def respond(service: Service, asked: Sequence[Row], request_id: str) -> tuple[bytes, str]:
    """Predictions of rows, as the content of an answer, and the answer's ID."""
    passport, counts = service.passport, service.counts
    started = time.perf_counter()
    columns = features(asked)
    scores = service.scorer.scores(columns)
    counts.duration.observe(time.perf_counter() - started)
    labels = TARGET.labels(scores, passport.threshold).tolist()
    outside = window.outside(columns, passport.distribution)
    unseen = answer.unseen(asked, passport.distribution)
    _count(counts, labels, unseen, outside)
    answer_id = logs.new_id()
    if service.log is not None:
        now = dt.datetime.now(dt.UTC)
        service.log.add(Answered(answer_id, request_id, now, passport.version, asked, scores.tolist(), labels))
    body = PredictResponse(answer.predictions(scores, labels, unseen, outside), passport.version)
    return _encoder.encode(body), answer_id


def _count(
    counts: metrics.Counts,
    labels: Sequence[Any],
    unseen: Mapping[int, Mapping[str, str]],
    outside: Mapping[int, Mapping[str, Any]],
) -> None:
    counts.predictions(labels)
    for unusual, counter in ((unseen, metrics.UNSEEN), (outside, metrics.OUTSIDE)):
        if unusual:
            for name, count in Counter(name for names in unusual.values() for name in names).items():
                counter.labels(name).inc(count)
