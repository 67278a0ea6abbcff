"""What is answered past gunicorn and Flask: the same bytes as through them, or nothing."""

import json
import logging
import re
import socket
from collections.abc import Callable
from dataclasses import replace
from functools import partial, wraps
from types import SimpleNamespace
from typing import Any, cast

import pytest
from flask import Flask, Request, request_started
from gunicorn.config import Config
from gunicorn.http import get_parser, wsgi
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.middleware.proxy_fix import ProxyFix

from prod import direct, predict
from prod.app import create_app
from prod.prediction_log import Answered
from prod.service import KEY, Service
from shared.settings import Settings
from tests.unit.prod.conftest import Metrics
from tests.unit.tiny import row

CONFIG = Config()
CLIENT = ("127.0.0.1", 40_000)
HEAD = (
    b"Host: localhost:8000",
    b"User-Agent: test",
    b"Accept: */*",
    b"X-Request-ID: one",
    b"Content-Type: application/json",
)
BODY = json.dumps({"instances": [row(), row(wind_gust_mph=None, carrier="ZZ")]}).encode()


@pytest.fixture(autouse=True)
def _no_access_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where gunicorn has begun; pytest itself has a handler there."""
    monkeypatch.setattr(logging.getLogger("gunicorn.access"), "hasHandlers", lambda: False)


def request(*fields: bytes, body: bytes = BODY, first: bytes = b"POST /predict HTTP/1.1") -> bytes:
    """One as most clients send it, with these header fields instead of its own, or besides."""
    given = {field.partition(b":")[0].lower() for field in fields}
    own = [field for field in HEAD if field.partition(b":")[0].lower() not in given]
    length = [] if b"content-length" in given else [b"Content-Length: %d" % len(body)]
    return b"\r\n".join((first, *own, *fields, *length, b"", body))


def through_gunicorn(app: Flask, sent: bytes) -> bytes:
    """The answer of gunicorn and Flask; nothing where gunicorn refuses the request itself."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        config = Config()
        try:
            parsed = next(get_parser(config, iter([sent]), CLIENT))
            response, environ = wsgi.create(parsed, theirs, CLIENT, ("127.0.0.1", 8000), config)
        except Exception:
            return b""
        for part in app(environ, response.start_response):
            response.write(part)
        response.close()
        return ours.recv(1 << 20)


def alike(answer: bytes | None) -> bytes:
    """An answer without what is new in each: its time, its ID, and an ID that the client did not send."""
    return re.sub(rb"\r\n(Date: [^\r]+|Answer-ID: [^\r]+|X-Request-ID: [0-9a-f-]{36}(?=\r))", b"", answer or b"")


@pytest.fixture
def service(app: Flask) -> Service:
    """The service of the application."""
    found: Service = app.extensions[KEY]
    return found


USUAL = {
    "as most clients send it": request(),
    "many rows": request(body=json.dumps({"instances": [row()] * 40}, indent=2).encode()),
    "an address": request(b"Host: 127.0.0.1"),
    "an address of IPv6": request(b"Host: [::1]:80"),
    "no ID of a request": request(b"X-Request-ID: not one, so another"),
    "a connection that stays": request(b"Connection: Keep-Alive"),
    "headers without a meaning here": request(b"Cookie: a=1; b=2", b"X-Forwarded-For: 192.0.2.1"),
}


@pytest.mark.parametrize("sent", USUAL.values(), ids=USUAL)
def test_a_usual_request_is_answered(app: Flask, service: Service, sent: bytes) -> None:
    """With the bytes that it would get through gunicorn and Flask, but for what is new in every answer."""
    answer = direct.answer(service, sent)
    assert (answer or b"").startswith(b"HTTP/1.1 200 OK\r\n")
    assert alike(answer) == alike(through_gunicorn(app, sent))


OTHERS = {
    "another method": request(first=b"GET /predict HTTP/1.1"),
    "another path": request(first=b"POST /check HTTP/1.1"),
    "a query": request(first=b"POST /predict?x=1 HTTP/1.1"),
    "another version": request(first=b"POST /predict HTTP/1.0"),
    "a last request": request(b"Connection: close"),
    "another type": request(b"Content-Type: text/plain"),
    "another character set": request(b"Content-Type: application/json; charset=utf-16"),
    "compressed": request(b"Content-Encoding: gzip"),
    "to be continued": request(b"Expect: 100-continue"),
    "chunks": request(b"Transfer-Encoding: chunked"),
    "HTTP/2": request(b"Upgrade: h2c"),
    "another host": request(b"Host: elsewhere.example"),
    "no host": request(b"Host:"),
    "two hosts": request(b"Host: localhost", b"Host: elsewhere.example"),
    "a length too short": request(b"Content-Length: 5"),
    "a length with a sign": request(b"Content-Length: +%d" % len(BODY)),
    "two lengths": request(b"Content-Length: %d" % len(BODY), b"Content-Length: %d" % len(BODY)),
    "an underscore": request(b"X_Request_ID: one"),
    "a letter of another alphabet": request(b"X-Name: \xe4"),
    "a space before the colon": request(b"X-Name : one"),
    "a folded header": request(b"X-Name: one\r\n two"),
    "no body": request(body=b""),
    "no instances": request(body=b"{}"),
    "no rows": request(body=b'{"instances": []}'),
    "half of a body": request(body=BODY[:-1]),
    "not UTF-8": request(body=BODY.replace(b"UA", b"\xffA")),
    "a broken row": request(body=json.dumps({"instances": [row(carrier="x")]}).encode()),
    "too many rows": request(body=json.dumps({"instances": [row()] * 1001}).encode()),
    "a key twice": request(body=BODY.replace(b'{"carrier"', b'{"carrier": "AA", "carrier"', 1)),
    "two requests": request() + request(),
    "half a request": request()[:-1],
    "a header that is too long": request(b"X-Name: " + b"a" * 9000),
}


@pytest.mark.parametrize("sent", OTHERS.values(), ids=OTHERS)
def test_any_other_is_left_to_gunicorn_and_flask(service: Service, sent: bytes) -> None:
    """A header that asks for more, a body with anything wrong, half a request or two."""
    assert direct.answer(service, sent) is None


@settings(max_examples=200)
@given(st.data())
def test_what_is_answered_is_what_gunicorn_and_flask_answer(app: Flask, data: st.DataObject) -> None:
    """However a request is bent: bytes lost, changed, put in or sent twice."""
    sent = request()
    for _ in range(data.draw(st.integers(0, 3))):
        start, length = data.draw(st.integers(0, len(sent))), data.draw(st.integers(0, 3))
        piece = data.draw(st.sampled_from([b"", b" ", b"\r\n", b":", b"0", b"_", b'"', b",", b"\x00", b"\xff", *HEAD]))
        sent = sent[:start] + piece + sent[start + length :]
    answer = direct.answer(app.extensions[KEY], sent)
    if answer is not None:
        assert alike(answer) == alike(through_gunicorn(app, sent))


CHANGES: dict[str, Callable[[Flask], object]] = {
    "before": lambda app: app.before_request(lambda: None),
    "after": lambda app: app.after_request(lambda response: response),
    "after those to predict": lambda app: app.after_request_funcs["predict"].append(lambda response: response),
    "at the end": lambda app: app.teardown_request(lambda _: None),
    "middleware": lambda app: setattr(app, "wsgi_app", ProxyFix(app.wsgi_app)),
    "at the end of its context": lambda app: app.teardown_appcontext(lambda _: None),
    "requests of its own": lambda app: setattr(app, "request_class", type("Mine", (Request,), {})),
    "a view": lambda app: app.view_functions.update({"predict.predict": lambda: "mine"}),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_an_application_with_more_in_the_way_is_not_gone_past(
    trained: Settings, change: Callable[[Flask], object]
) -> None:
    """Such as a check of who asks: no request may get around it."""
    app = create_app(trained)
    assert direct.stands_for(app, CONFIG)
    change(app)
    assert not direct.stands_for(app, CONFIG)


def test_what_overlays_the_view_is_not_gone_past(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module in the place of `prod.predict` that takes from it what it does not replace."""
    monkeypatch.setattr(predict.respond, "__module__", "prod.shipped_predict")
    assert not direct.stands_for(app, CONFIG)


def test_other_applications_are_not_gone_past() -> None:
    """Of no Flask, or of one that knows nothing of predictions."""
    assert not direct.stands_for(lambda *_: None, CONFIG)
    assert not direct.stands_for(Flask("other"), CONFIG)


def traced(method: Callable[..., Any]) -> Callable[..., Any]:
    """As a tracer puts it in the place of a method."""

    @wraps(method)
    def trace(*given: Any, **named: Any) -> Any:
        return method(*given, **named)

    return trace


@pytest.mark.parametrize("name", ["__call__", "wsgi_app", "full_dispatch_request", "dispatch_request"])
@pytest.mark.parametrize("tracer", [traced, lambda _: lambda *given: None, partial])
def test_tracers_are_not_gone_past(app: Flask, monkeypatch: pytest.MonkeyPatch, name: str, tracer: Any) -> None:
    """They patch Flask's class, each in its way."""
    assert direct.stands_for(app, CONFIG)
    monkeypatch.setattr(Flask, name, tracer(getattr(Flask, name)))
    assert not direct.stands_for(app, CONFIG)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("pre_request", lambda worker, request: None),
        ("post_request", lambda worker, request, environ, response: None),
        ("max_requests", 1000),
        ("limit_request_fields", 20),
        ("logger_class", "gunicorn.instrument.statsd.Statsd"),
        ("keepalive", 0),
    ],
)
def test_settings_of_gunicorn_are_not_gone_past(app: Flask, name: str, value: Any) -> None:
    """Those by which more, or something else, is done for each request."""
    config = Config()
    config.set(name, value)
    assert not direct.stands_for(app, config)


def test_an_access_log_is_not_gone_past(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """However it was set up."""
    monkeypatch.setattr(logging.getLogger("gunicorn.access"), "hasHandlers", lambda: True)
    assert not direct.stands_for(app, CONFIG)


def test_listeners_are_not_gone_past(app: Flask) -> None:
    """Tools that watch requests listen to Flask's signals."""

    def listen(_: object) -> None:
        pass

    with request_started.connected_to(listen):
        assert not direct.stands_for(app, CONFIG)
    assert direct.stands_for(app, CONFIG)


def test_it_is_counted_alike(app: Flask, service: Service, metrics: Metrics) -> None:
    """By the same metrics, in the same amounts."""
    names = {
        "http_server_request_duration_seconds_count": {"http_request_method": "POST", "http_route": "/predict"},
        "parity_predict_duration_seconds_count": {},
        "parity_predictions_total": {},
        "parity_unseen_categories_total": {},
        "parity_outside_range_total": {},
    }
    counted = []
    for answer in (lambda: direct.answer(service, request()), lambda: through_gunicorn(app, request())):
        before = {name: metrics.read(name, **labels) for name, labels in names.items()}
        answer()
        counted.append([metrics.read(name, **labels) - before[name] for name, labels in names.items()])
    assert counted[0] == counted[1]
    assert counted[0][:3] == [1, 1, 2]


def test_it_is_logged_alike(
    app: Flask, service: Service, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the service's log, and in the prediction log."""
    written: list[Answered] = []
    service = replace(service, log=cast(Any, SimpleNamespace(add=written.append)))
    monkeypatch.setitem(app.extensions, KEY, service)
    with caplog.at_level("INFO", "prod"):
        answers = [direct.answer(service, request()), through_gunicorn(app, request())]
    fields = [
        {name: vars(record).get(name) for name in ("method", "path", "status", "rows")} for record in caplog.records
    ]
    assert fields == [{"method": "POST", "path": "/predict", "status": 200, "rows": 2}] * 2
    ids = [re.findall(rb"Answer-ID: (\S+)", answer or b"")[0].decode() for answer in answers]
    assert [vars(record)["answer_id"] for record in caplog.records] == ids == [each.answer_id for each in written]
    assert written[0].rows == written[1].rows
    assert written[0].scores == written[1].scores
    assert written[0].request_id == written[1].request_id == "one"


def test_a_failing_model_is_left_to_flask(
    app: Flask, service: Service, metrics: Metrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the failure is logged, and answered with 500; nothing is counted before."""

    def scores(_: Any) -> Any:
        raise ArithmeticError("a bug")

    before = metrics.read("parity_predictions_total")
    monkeypatch.setattr(service.scorer, "scores", scores)
    assert direct.answer(service, request()) is None
    assert through_gunicorn(app, request()).startswith(b"HTTP/1.1 500 ")
    assert metrics.read("parity_predictions_total") == before
