"""Prometheus metrics, added up over the workers.

HTTP metrics have OpenTelemetry's names and labels (semantic conventions for HTTP servers).
"""

import time
from collections.abc import Sequence
from functools import cache
from typing import Any

from flask import Blueprint, Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from prod.guard import Verdict
from shared import names
from shared.problem.target import TARGET
from shared.target import Binary, Multiclass

MODEL = ("model_name", "model_version")
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH")
"""What a client makes up is counted as `_OTHER`: a time series for every name would have no end."""
LABELS: tuple[Any, ...] = {Binary: (True, False), Multiclass: getattr(TARGET, "classes", ())}.get(type(TARGET), ())
"""What can be decided of a row; nothing where it is a number."""
LABEL = (TARGET.name,) if LABELS else ()
SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

blueprint = Blueprint("metrics", __name__)

REQUEST_DURATION = Histogram(
    "http_server_request_duration_seconds",
    "Duration of HTTP requests",
    ("http_request_method", "http_route", "http_response_status_code"),
    buckets=SECONDS,
)
PREDICT_DURATION = Histogram(
    "parity_predict_duration_seconds",
    "Duration of features and model for the rows of one request",
    MODEL,
    buckets=SECONDS,
)
PREDICTIONS = Counter("parity_predictions", "Rows answered", (*MODEL, *LABEL))
REJECTED_ROWS = Counter("parity_rejected_rows", "Rows refused, by the field at fault", ("field",))
UNSEEN = Counter("parity_unseen_categories", "Rows with a category never seen in training", ("field",))
OUTSIDE = Counter("parity_outside_range", "Rows with a number outside the range of training", ("field",))
LOGGED = Counter("parity_logged_predictions", "Rows written to the prediction log")
UNLOGGED = Counter("parity_unlogged_predictions", "Rows answered and not written to the prediction log")
OUTCOMES = Counter("parity_outcomes", "Truths received", LABEL)
MODEL_INFO = Gauge(
    "parity_model_info",
    "1 for the model served, with the guard's verdict (passed, warned or off) and what answers (compiled or pipeline)",
    (*MODEL, "guard", "scorer"),
    multiprocess_mode="livemax",
)


class Counts:
    """What is counted of a model's answers: time series that are found once, not for every request.

    Attributes:
        duration: of features and scores, seconds.
    """

    def __init__(self, version: str) -> None:
        model = named(version)
        self.duration = PREDICT_DURATION.labels(**model)
        self._labelled = {label: PREDICTIONS.labels(**model, **{TARGET.name: text(label)}) for label in LABELS}
        self._all = None if LABELS else PREDICTIONS.labels(**model)

    def predictions(self, labels: Sequence[Any]) -> None:
        """Count rows by what was decided of them."""
        for label, counter in self._labelled.items():
            if count := labels.count(label):
                counter.inc(count)
        if self._all:
            self._all.inc(len(labels))


def named(version: str) -> dict[str, str]:
    """The labels that name a model."""
    return {"model_name": names.MODEL, "model_version": version}


def text(label: Any) -> str:
    """What was decided, as the value of a label."""
    return str(label).lower() if isinstance(label, bool) else str(label)


def count_outcomes(truths: Sequence[Any]) -> None:
    """Count rows by what became of them."""
    for label in LABELS:
        OUTCOMES.labels(**{TARGET.name: text(label)}).inc(truths.count(label))
    if not LABELS:
        OUTCOMES.inc(len(truths))


def serves(verdict: Verdict) -> None:
    """Show which model this worker serves, the guard's verdict on it, and what answers."""
    MODEL_INFO.labels(**named(verdict.version), guard=verdict.outcome, scorer=verdict.scorer).set(1)


def init_app(app: Flask) -> None:
    """Time every request."""
    app.after_request(observe)


@cache
def duration(method: str, route: str, status: int) -> Histogram:
    """The time series of the requests that were answered so."""
    return REQUEST_DURATION.labels(method, route, status)


def observe(response: Response) -> Response:
    """A request that was answered."""
    route = request.url_rule.rule if request.url_rule else "unknown"
    method = request.method if request.method in METHODS else "_OTHER"
    duration(method, route, response.status_code).observe(time.perf_counter() - g.started)
    return response


@blueprint.get("/metrics")
def metrics() -> Response:
    """All metrics in Prometheus' text format."""
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)
