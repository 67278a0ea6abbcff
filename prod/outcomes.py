"""`POST /outcomes`: what became of rows that were asked about, for whoever measures how good the answers were.

Any replica takes any of them: whether the answer was its own does not matter, since readers join all logs.
"""

import sqlite3
from typing import Annotated, Any

import msgspec
from flask import Blueprint, Response
from msgspec import Meta

from prod import metrics, rows
from prod.answer import Outcome
from prod.errors import RequestError
from prod.log_file import Truth
from prod.service import service
from shared.problem.target import TARGET

MAX_UNKNOWN = 20
"""Unknown outcomes listed in one answer."""
MAX_OUTCOMES = 10_000

blueprint = Blueprint("outcomes", __name__)


class Outcomes(msgspec.Struct, forbid_unknown_fields=True):
    """Truths, one or more, about rows of answers: by `answer_id`, or by an X-Request-ID that was used once."""

    outcomes: Annotated[list[Outcome], Meta(min_length=1, max_length=MAX_OUTCOMES)]  # type: ignore[valid-type]


class OutcomesResponse(msgspec.Struct, omit_defaults=True):
    """How many were recorded, those of them that are about no row in this replica's log, and those that were not."""

    recorded: int
    unknown: Annotated[
        int,
        Meta(description="recorded, too, and not seen here: another replica's answer, not yet written, or no answer"),
    ]
    unknown_first: Annotated[list[Outcome], Meta(description=f"the first {MAX_UNKNOWN} of them")]  # type: ignore[valid-type]
    ambiguous: Annotated[
        int, Meta(description="not recorded, since several answers have the request_id: send their answer_id")
    ] = 0
    ambiguous_first: Annotated[list[Outcome], Meta(description=f"the first {MAX_UNKNOWN} of them")] = []  # type: ignore[valid-type]


@blueprint.post("/outcomes")
def outcomes() -> Response:
    """Record the truth."""
    log = service().log
    sent: list[Any] = rows.decode(Outcomes).outcomes
    if log is None:
        raise _unavailable("there is no prediction log", "PARITY_LOG_BYTES is 0", "set it to the bytes it may take")
    try:
        found = log.record([truth(each) for each in sent])
    except (sqlite3.Error, OSError) as error:
        evidence, remedy = (
            f"{log.path}: {error}",
            "make room there, or let the container's user write there; send it again",
        )
        raise _unavailable("the outcomes could not be recorded", evidence, remedy) from error
    metrics.count_outcomes([getattr(each, TARGET.name) for each in sent])
    unknown, ambiguous = ([_outcome(each) for each in those] for those in (found.unknown, found.ambiguous))
    recorded = len(sent) - len(ambiguous)
    answer = OutcomesResponse(recorded, len(unknown), unknown[:MAX_UNKNOWN], len(ambiguous), ambiguous[:MAX_UNKNOWN])
    return Response(msgspec.json.encode(answer), mimetype="application/json")


def truth(outcome: Any) -> Truth:
    """An outcome as the log has it."""
    known = msgspec.json.encode(getattr(outcome, TARGET.name)).decode()
    return Truth(outcome.row, known, outcome.answer_id, outcome.request_id)


def _outcome(truth: Truth) -> msgspec.Struct:
    return Outcome(truth.row, msgspec.json.decode(truth.truth), truth.answer_id, truth.request_id)


def _unavailable(what: str, evidence: str, remedy: str) -> RequestError:
    return RequestError(503, "no-prediction-log", what, evidence=evidence, remedy=remedy)
