"""`POST /check`: does a window of rows look like training? Judged by itself: nothing is kept of it."""

from typing import Annotated

import msgspec
from flask import Blueprint, Response, g
from msgspec import Meta

from prod import rows
from prod.service import COMPUTING, service
from shared import window
from shared.artifact import Passport
from shared.columns import features

blueprint = Blueprint("check", __name__)


class Unusual(msgspec.Struct):
    """A statistic of the rows that no window of training came near."""

    test: Annotated[str, Meta(description="which statistic", examples=list(window.TESTS))]
    columns: Annotated[list[str], Meta(description="the model's columns that it looks at")]
    value: float
    low: Annotated[float, Meta(description="lowest usual value")]
    high: Annotated[float, Meta(description="highest usual value")]
    meaning: str


class CheckResponse(msgspec.Struct):
    """What is unusual about the rows; nothing if they look like training."""

    findings: list[Unusual]
    rows: Annotated[int, Meta(description="rows of the request")]
    window_rows: Annotated[int, Meta(description="rows of the windows of training that say what is usual")]
    model_version: str


@blueprint.post("/check")
def check() -> Response:
    """Validate, compare, answer."""
    with COMPUTING:
        return _check(service().passport)


def _check(passport: Passport) -> Response:
    reference = passport.distribution
    asked = rows.read()
    g.rows = len(asked)
    if len(asked) < reference.rows:
        expected = f"{reference.rows} rows or more, a window as those of training"
        rows.refuse([rows.error(None, "instances", expected, f"{len(asked)} rows")])
    findings = [
        Unusual(it.test, list(it.columns), it.value, it.low, it.high, window.TESTS[it.test])
        for it in window.unusual(features(asked), reference)
    ]
    answer = CheckResponse(findings, len(asked), reference.rows, passport.version)
    return Response(msgspec.json.encode(answer), mimetype="application/json")
