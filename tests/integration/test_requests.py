"""What prod says to requests that it cannot answer, through the real server."""

import json
import socket
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.lab.sandbox import ROOT, Prod

SAMPLE_REQUEST = (ROOT / "shared" / "sample_request.json").read_text()
FLIGHT: dict[str, Any] = json.loads(SAMPLE_REQUEST)["instances"][0]
JSON = {"Content-Type": "application/json"}


def sent(**changes: Any) -> str:
    """A request for the sample flight with fields changed; a field changed to `...` is left out."""
    row = {name: value for name, value in {**FLIGHT, **changes}.items() if value is not ...}
    return json.dumps({"instances": [FLIGHT, row]})


ROWS = {
    "missing field": ("carrier", sent(carrier=...), "nothing"),
    "unknown field": ("carier", sent(carier="UA"), '"UA" (text)'),
    "wrong type": ("carrier", sent(carrier=7), "7"),
    "number as text": ("temperature_f", sent(temperature_f="39.0"), '"39.0" (text)'),
    "NaN": ("temperature_f", sent(temperature_f=float("nan")), "NaN"),
    "Infinity": ("temperature_f", sent(temperature_f=float("inf")), "Infinity"),
    "out of range": ("temperature_f", sent(temperature_f=900), "900"),
    "time without offset": (
        "scheduled_departure",
        sent(scheduled_departure="2013-01-01T05:15:00"),
        '"2013-01-01T05:15:00" (text)',
    ),
    "arrival first": (
        "scheduled_arrival",
        sent(scheduled_arrival="2013-01-01T05:00:00-05:00"),
        '"2013-01-01T05:00:00-05:00" (text)',
    ),
}


@pytest.mark.parametrize(("field", "body", "got"), ROWS.values(), ids=ROWS)
def test_a_broken_row_is_named(prod: Prod, field: str, body: str, got: str) -> None:
    """422: the problem names the row, the field, what was expected and what came; nothing is predicted."""
    problem = refused(prod, 422, body)
    (error,) = problem["errors"]
    assert (error["row"], error["field"]) == (1, field)
    assert error["got"].startswith(got)
    assert error["expected"]


BODIES = {
    "malformed": (400, '{"instances": ['),
    "empty": (400, ""),
    "not UTF-8": (400, b'{"instances": "\xe9"}'),
    "nested deep": (400, "[" * 100_000),
    "empty list": (422, '{"instances": []}'),
    "a list": (422, "[]"),
    "null": (422, "null"),
    "too many rows": (422, json.dumps({"instances": [{}] * 1001})),
    "too large": (413, " " * (1 << 20) + SAMPLE_REQUEST),
}


@pytest.mark.parametrize(("status", "body"), BODIES.values(), ids=BODIES)
def test_a_broken_body_is_refused(prod: Prod, status: int, body: str | bytes) -> None:
    """400, 413 or 422: a problem that says what was expected and what came."""
    detail = refused(prod, status, body)["detail"]
    assert "expected" in detail
    assert "got" in detail


def test_a_large_body_of_unknown_length_is_refused(prod: Prod) -> None:
    """413 for a chunked body too, though no header gives its length away."""
    with prod.client() as client:
        pieces = iter([b" " * (1 << 20), SAMPLE_REQUEST.encode()])
        assert client.post("/predict", content=pieces, headers=JSON).status_code == 413


def test_another_content_type_is_refused(prod: Prod) -> None:
    """415: a form is not JSON, even if its bytes are."""
    with prod.client() as client:
        answer = client.post("/predict", content=SAMPLE_REQUEST, headers={"Content-Type": "text/plain"})
    assert answer.status_code == 415
    assert "text/plain" in answer.json()["detail"]


def test_a_malformed_chunked_body_is_the_clients_error(prod: Prod) -> None:
    """400, not 500, and the service goes on."""
    head = "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    address = urlsplit(prod.url)
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall((head + "ZZ\r\nabc\r\n0\r\n\r\n").encode())
        assert connection.recv(1000).startswith(b"HTTP/1.1 400")
    with prod.client() as client:
        assert client.get("/ready").status_code == 200


def test_an_unseen_carrier_is_served_and_flagged(prod: Prod) -> None:
    """A new airline is the world changing, not an error: the answer says that it was never seen."""
    with prod.client() as client:
        answer = client.post("/predict", content=sent(carrier="ZZ"), headers=JSON)
    usual, new = answer.json()["predictions"]
    assert "unseen" not in usual
    assert new["unseen"] == {"carrier": "ZZ"}


def refused(prod: Prod, status: int, body: str | bytes) -> dict[str, Any]:
    """The problem document (RFC 9457) that a body gets."""
    with prod.client() as client:
        answer = client.post("/predict", content=body, headers=JSON)
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == status
    assert {"type", "title", "detail", "instance", "remedy"} <= problem.keys()
    return problem
