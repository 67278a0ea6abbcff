"""Prometheus metrics, added up over the workers.

HTTP metrics have OpenTelemetry's names and labels (semantic conventions for HTTP servers).
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from shared import names
from shared.artifact import Model
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
OUTCOMES = Counter("parity_outcomes", "Truths received about rows that were answered", LABEL)
MODEL_INFO = Gauge(
    "parity_model_info",
    "1 for the model served, with the guard's verdict: passed, warned or off",
    (*MODEL, "guard"),
    multiprocess_mode="livemax",
)


def labels(model: Model) -> dict[str, str]:
    """The labels that name a model."""
    return {"model_name": names.MODEL, "model_version": model.passport.version}


def count(counter: Counter, labels: Sequence[Any], others: Mapping[str, str] | None = None) -> None:
    """Count rows by what was decided of them, or what became of them.

    Args:
        counter: with the label `LABEL`, and those of `others`.
    """
    for label in LABELS:
        text = str(label).lower() if isinstance(label, bool) else label
        counter.labels(**(others or {}), **{TARGET.name: text}).inc(labels.count(label))
    if not LABELS:
        (counter.labels(**others) if others else counter).inc(len(labels))


def serves(model: Model, outcome: str) -> None:
    """Show which model this worker serves, and the guard's verdict on it."""
    MODEL_INFO.labels(**labels(model), guard=outcome).set(1)


def init_app(app: Flask) -> None:
    """Time every request."""
    app.after_request(_observe)


def _observe(response: Response) -> Response:
    route = request.url_rule.rule if request.url_rule else "unknown"
    method = request.method if request.method in METHODS else "_OTHER"
    REQUEST_DURATION.labels(method, route, response.status_code).observe(time.perf_counter() - g.started)
    return response


@blueprint.get("/metrics")
def metrics() -> Response:
    """All metrics in Prometheus' text format."""
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)
