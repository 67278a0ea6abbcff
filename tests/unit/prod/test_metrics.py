"""What /metrics counts."""

import re

import pytest

from shared.artifact import Model
from shared.names import MODEL
from tests.unit.prod.conftest import Client, Metrics
from tests.unit.tiny import row


def test_rows_are_counted_by_answer(client: Client, metrics: Metrics, model: Model) -> None:
    """By rows, not requests, with the model that answered."""
    labels = {"model_name": MODEL, "model_version": model.passport.version}
    before = {late: metrics.read("parity_predictions_total", late=late, **labels) for late in ("true", "false")}
    predictions = client.predict({"instances": [row(), row(wind_speed_mph=29), row()]}).json["predictions"]
    for late in ("true", "false"):
        expected = sum(each["late"] is (late == "true") for each in predictions)
        assert metrics.read("parity_predictions_total", late=late, **labels) - before[late] == expected


def test_rejected_rows_are_counted_by_row_and_field(client: Client, metrics: Metrics) -> None:
    """A row with two broken fields counts once under each; a good row beside it does not."""
    names = ("carrier", "origin", "destination")
    before = [metrics.read("parity_rejected_rows_total", field=name) for name in names]
    client.predict({"instances": [row(carrier="x", origin="y"), row(), row(carrier="z"), row(a=1, b=2)]})
    after = [metrics.read("parity_rejected_rows_total", field=name) for name in names]
    assert [now - then for now, then in zip(after, before, strict=True)] == [2, 1, 0]


@pytest.mark.parametrize(
    ("path", "route", "status"),
    [("/health", "/health", "200"), ("/nowhere/1", "unknown", "404"), ("/predict", "unknown", "405")],
)
def test_requests_are_timed_by_route(client: Client, metrics: Metrics, path: str, route: str, status: str) -> None:
    """With OpenTelemetry's labels; paths that clients make up do not become labels."""
    labels = {"http_request_method": "GET", "http_route": route, "http_response_status_code": status}
    before = metrics.read("http_server_request_duration_seconds_count", **labels)
    client.get(path)
    assert metrics.read("http_server_request_duration_seconds_count", **labels) - before == 1


def test_made_up_methods_do_not_become_labels(client: Client, metrics: Metrics) -> None:
    """A client that invents methods would otherwise fill the memory, a time series for each."""
    for number in range(3):
        assert client.open("/health", method=f"MADEUP{number}").status_code == 405
    assert "MADEUP" not in client.get("/metrics").text
    assert metrics.read("http_server_request_duration_seconds_count", http_request_method="_OTHER") == 3


def test_the_served_model_is_named(metrics: Metrics, model: Model) -> None:
    """A gauge of 1 carries its name and version."""
    assert (
        metrics.read("parity_model_info", model_version=model.passport.version, model_name=MODEL, scorer="compiled")
        == 1
    )


def test_the_model_is_timed(client: Client, metrics: Metrics) -> None:
    """One observation a request, however many rows."""
    before = metrics.read("parity_predict_duration_seconds_count")
    client.predict({"instances": [row()] * 3})
    assert metrics.read("parity_predict_duration_seconds_count") - before == 1


def test_the_smallest_bucket_is_half_a_millisecond(client: Client) -> None:
    """Fine enough for requests that take one or two."""
    client.get("/health")
    bounds = re.findall(r'http_server_request_duration_seconds_bucket\{[^}]*le="([^"]+)"', client.get("/metrics").text)
    assert min(map(float, bounds)) == 0.0005
