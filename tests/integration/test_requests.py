"""What prod says to requests that it cannot answer, through the real server."""

import http.client
import json
import socket
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.lab.sandbox import ROOT, Prod

SAMPLE_REQUEST = (ROOT / "shared" / "problem" / "sample_request.json").read_text()
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


REFUSED = {
    415: ("POST", "/predict", b"x" * 100_000, {"Content-Type": "text/plain"}),
    404: ("POST", "/nowhere", b"x" * 100_000, JSON),
    405: ("POST", "/ready", b"x" * 100_000, JSON),
    422: ("POST", "/predict", b'{"instances": []}' + b" " * 100_000, JSON),
    413: ("POST", "/predict", b" " * 10_000_000, JSON),
}


@pytest.mark.parametrize("status", REFUSED)
def test_after_a_refused_body_the_connection_can_be_used_or_is_said_to_close(prod: Prod, status: int) -> None:
    """The client that sends all of a body before it reads gets the answer, and so does its next request."""
    address = urlsplit(prod.url)
    method, path, body, headers = REFUSED[status]
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
    for _ in range(5):
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == status
        assert answer.will_close == (status == 413)
        connection.request("POST", "/predict", SAMPLE_REQUEST, JSON)  # opens another, if that one closed
        answer = connection.getresponse()
        assert (answer.status, bool(answer.read())) == (200, True)
    connection.close()


def test_a_compressed_body_is_refused(prod: Prod) -> None:
    """415, with what is accepted (RFC 9110, 15.5.16)."""
    with prod.client() as client:
        answer = client.post("/predict", content=SAMPLE_REQUEST, headers={**JSON, "Content-Encoding": "gzip"})
    assert answer.status_code == 415
    assert answer.headers["Accept-Encoding"] == "identity"


def test_a_whole_number_may_be_written_as_a_decimal(prod: Prod) -> None:
    """2.0 is an integer of JSON Schema, and is answered as 2 is."""
    with prod.client() as client:
        bodies = [client.post("/predict", content=sent(departures_this_hour=count), headers=JSON) for count in (2, 2.0)]
    assert bodies[0].json() == bodies[1].json()


def test_a_request_without_a_host_is_refused(prod: Prod) -> None:
    """400; and one with two."""
    address = urlsplit(prod.url)
    for head in (
        b"GET /ready HTTP/1.1\r\n\r\n",
        b"GET /ready HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
    ):
        with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
            connection.sendall(head)
            assert connection.recv(1000).startswith(b"HTTP/1.1 400")


def test_clients_that_send_half_of_a_request_keep_nobody_waiting(prod: Prod) -> None:
    """More of them than there are threads: others are answered meanwhile, and these refused in the end."""
    address = urlsplit(prod.url)
    head = b"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    halves = (head, head + b"Content-Length: 99\r\n\r\n{", head + b"Transfer-Encoding: chunked\r\n\r\n99\r\n{")
    with ExitStack() as stack:
        clients = []
        for half in halves * 30:
            clients.append(stack.enter_context(socket.create_connection((address.hostname, address.port), timeout=30)))
            clients[-1].sendall(half)
        with prod.client() as client:
            for _ in range(5):
                assert client.get("/ready", headers={"Connection": "close"}).status_code == 200
                assert client.post("/predict", content=SAMPLE_REQUEST, headers=JSON).status_code == 200
        assert all(each.recv(100).startswith(b"HTTP/1.1 408") for each in clients)


def test_another_content_type_is_refused(prod: Prod) -> None:
    """415: a form is not JSON, even if its bytes are."""
    with prod.client() as client:
        answer = client.post("/predict", content=SAMPLE_REQUEST, headers={"Content-Type": "text/plain"})
    assert answer.status_code == 415
    assert "text/plain" in answer.json()["detail"]


def test_a_malformed_chunked_body_is_the_clients_error(prod: Prod) -> None:
    """400, not 500, and the service goes on."""
    head = "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    head += "Transfer-Encoding: chunked\r\n\r\n"
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
