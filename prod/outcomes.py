"""`POST /outcomes`: what became of flights that were asked about, for whoever measures how good the answers were."""

import sqlite3
from typing import Annotated

import msgspec
from flask import Blueprint, Response
from msgspec import Meta

from prod import metrics, rows
from prod.errors import RequestError
from prod.log_file import Outcome
from prod.service import service

MAX_UNKNOWN = 20
"""Unknown outcomes listed in one answer."""
MAX_OUTCOMES = 10_000

blueprint = Blueprint("outcomes", __name__)


class Outcomes(msgspec.Struct, forbid_unknown_fields=True):
    """Truths, one or more, about rows of answers: by `answer_id`, or by an X-Request-ID that was used once."""

    outcomes: Annotated[list[Outcome], Meta(min_length=1, max_length=MAX_OUTCOMES)]


class OutcomesResponse(msgspec.Struct, omit_defaults=True):
    """How many were recorded, and those that were not: about no row of the log, or about rows of several answers."""

    recorded: int
    unknown: int
    unknown_first: Annotated[list[Outcome], Meta(description=f"the first {MAX_UNKNOWN} of them")]
    ambiguous: Annotated[int, Meta(description="whose request_id several answers have: send their answer_id")] = 0
    ambiguous_first: Annotated[list[Outcome], Meta(description=f"the first {MAX_UNKNOWN} of them")] = []


@blueprint.post("/outcomes")
def outcomes() -> Response:
    """Record the truth."""
    log = service().log
    sent = rows.decode(Outcomes).outcomes
    if log is None:
        raise _unavailable("there is no prediction log", "PARITY_LOG_BYTES is 0", "set it to the bytes it may take")
    try:
        left = log.record(sent)
    except (sqlite3.Error, OSError) as error:
        evidence, remedy = (
            f"{log.path}: {error}",
            "make room there, or let the container's user write there; send it again",
        )
        raise _unavailable("the outcomes could not be recorded", evidence, remedy) from error
    for late in (True, False):
        metrics.OUTCOMES.labels(str(late).lower()).inc(sum(outcome.late is late for outcome in sent))
    unknown, ambiguous = left.unknown, left.ambiguous
    recorded = len(sent) - len(unknown) - len(ambiguous)
    answer = OutcomesResponse(recorded, len(unknown), unknown[:MAX_UNKNOWN], len(ambiguous), ambiguous[:MAX_UNKNOWN])
    return Response(msgspec.json.encode(answer), mimetype="application/json")


def _unavailable(what: str, evidence: str, remedy: str) -> RequestError:
    return RequestError(503, "no-prediction-log", what, evidence=evidence, remedy=remedy)
