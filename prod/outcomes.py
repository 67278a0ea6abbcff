"""`POST /outcomes`: what became of flights that were asked about, for whoever measures how good the answers were."""

import sqlite3
from typing import Annotated

import msgspec
from flask import Blueprint, Response, current_app
from msgspec import Meta

from prod import metrics, rows
from prod.errors import RequestError
from prod.prediction_log import Outcome, PredictionLog

MOST_UNKNOWN = 20
"""Outcomes told in one answer that are about nothing."""
MOST_OUTCOMES = 10_000

blueprint = Blueprint("outcomes", __name__)


class Outcomes(msgspec.Struct, forbid_unknown_fields=True):
    """Truths, one or more, each about a row of a request, whose ID was the answer's header X-Request-ID."""

    outcomes: Annotated[list[Outcome], Meta(min_length=1, max_length=MOST_OUTCOMES)]


class OutcomesResponse(msgspec.Struct):
    """How many were recorded; those that are about no row of the log, and so were not."""

    recorded: int
    unknown: int
    unknown_first: Annotated[list[Outcome], Meta(description=f"the first {MOST_UNKNOWN} of them")]


@blueprint.post("/outcomes")
def outcomes() -> Response:
    """Record the truth."""
    log: PredictionLog | None = current_app.extensions["parity_log"]
    sent = rows.decode(Outcomes).outcomes
    if log is None:
        raise _unavailable("there is no prediction log", "PARITY_LOG_BYTES is 0", "set it to the bytes it may take")
    try:
        unknown = log.record(sent)
    except sqlite3.Error as error:
        evidence, remedy = (
            f"{log.path}: {error}",
            "make room there, or let the container's user write there; send it again",
        )
        raise _unavailable("the outcomes could not be recorded", evidence, remedy) from error
    for late in (True, False):
        metrics.OUTCOMES.labels(str(late).lower()).inc(sum(each.late is late for each in sent))
    answer = OutcomesResponse(len(sent) - len(unknown), len(unknown), unknown[:MOST_UNKNOWN])
    return Response(msgspec.json.encode(answer), mimetype="application/json")


def _unavailable(what: str, evidence: str, remedy: str) -> RequestError:
    return RequestError(503, "no-prediction-log", what, evidence=evidence, remedy=remedy)
