"""A request to predict in its usual form, answered in one go: to the byte as by gunicorn and Flask, or not at all.

They take most of the time of a request with one row. What nearly all requests look like is answered here, by the same
functions; where a header has a meaning of its own, or anything is wrong, it is theirs, and so is every refusal, and
every request where an application has more in their way.
"""

import logging
import re
import time
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import FunctionType
from typing import Any

from flask import (
    Flask,
    Request,
    Response,
    appcontext_popped,
    appcontext_pushed,
    appcontext_tearing_down,
    request_finished,
    request_started,
    request_tearing_down,
)
from gunicorn import SERVER, util
from gunicorn.config import Config

from prod import errors, hosts, logs, metrics, predict, rows
from prod.service import Service

_HEAD = re.compile(rb"POST /predict HTTP/1\.1\r\n((?:[A-Za-z0-9-]+: ?[!-~][ -~]*\r\n){1,50})\r\n")
_HEAD_BYTES = 8000
"""gunicorn refuses a field that is longer."""
_OTHERS = frozenset({b"transfer-encoding", b"content-encoding", b"expect", b"upgrade", b"trailer"})
"""Headers that ask for more than an answer."""


_SIGNALS = (
    appcontext_pushed,
    request_started,
    request_finished,
    request_tearing_down,
    appcontext_tearing_down,
    appcontext_popped,
)
_PATCHED = ("__call__", "wsgi_app", "full_dispatch_request", "dispatch_request", "finalize_request")
"""Methods that tools put their own in the place of, to trace each request."""
_PER_REQUEST = (
    "limit_request_field_size",
    "limit_request_fields",
    "limit_request_line",
    "logger_class",
    "max_requests",
    "post_request",
    "pre_request",
    "statsd_host",
)
"""Settings of gunicorn by which more is done for each request."""


def stands_for(app: object, config: Config) -> bool:
    """Whether requests to predict go through nothing but what this stands for.

    A project may add a view of its own, hooks, middleware, a tracer, or settings of gunicorn: then every request goes
    through these.
    """
    return _as_gunicorn_is(config) and isinstance(app, Flask) and _as_flask_is(app) and _as_created(app)


def _as_gunicorn_is(config: Config) -> bool:
    usual = Config().settings
    return (
        all(config.settings[name].get() == usual[name].get() for name in _PER_REQUEST)
        and bool(config.keepalive)
        and not logging.getLogger("gunicorn.access").hasHandlers()
    )


def _as_flask_is(app: Flask) -> bool:
    methods = (getattr(Flask, name) for name in _PATCHED)
    return (
        type(app) is Flask
        and "wsgi_app" not in vars(app)
        and (app.request_class, app.response_class) == (Request, Response)
        and all(
            type(each) is FunctionType and each.__module__ == Flask.__module__ and not hasattr(each, "__wrapped__")
            for each in methods
        )
        and not any(signal.receivers for signal in _SIGNALS)
    )


def _as_created(app: Flask) -> bool:
    view = app.view_functions.get(f"{predict.blueprint.name}.predict")
    return (
        view is predict.predict
        and view.__module__ == predict.respond.__module__
        and _hooks(app.before_request_funcs) == [logs.begin, hosts.check]
        and _hooks(app.after_request_funcs) == [logs.end, metrics.observe, errors.drain]
        and not _hooks(app.teardown_request_funcs) + _hooks(app.url_value_preprocessors)
        and not app.teardown_appcontext_funcs
    )


def _hooks(registered: Mapping[Any, Sequence[Any]]) -> list[Any]:
    """Of all requests, and of those to predict."""
    return [*registered.get(None, ()), *registered.get(predict.blueprint.name, ())]


def answer(service: Service, request: bytes) -> bytes | None:
    """The answer to a request that is all there, for a connection that stays; None if others are to answer."""
    began = time.perf_counter()
    head = _HEAD.match(request)
    if not head or head.end() > _HEAD_BYTES:
        return None
    lines = [line.split(b":", 1) for line in head[1].split(b"\r\n")[:-1]]
    fields = {name.lower(): value.strip() for name, value in lines}
    usual = (
        len(fields) == len(lines)
        and fields.get(b"content-length") == b"%d" % (len(request) - head.end())
        and fields.get(b"content-type") == b"application/json"
        and fields.get(b"connection", b"keep-alive").lower() == b"keep-alive"
        and _OTHERS.isdisjoint(fields)
        and hosts.is_ours(fields.get(b"host", b"").decode(), service.settings.host_names)
    )
    return _predict(service, request[head.end() :], fields.get(b"x-request-id", b"").decode(), began) if usual else None


def _predict(service: Service, body: bytes, sent_id: str, began: float) -> bytes | None:
    request_id = logs.request_id(sent_id)
    asked = rows.plain(body, service.settings)
    if asked is None:
        return None
    try:
        content, answer_id = predict.respond(service, asked, request_id)
    except Exception:  # as it will there, where that is logged and answered
        return None
    seconds = time.perf_counter() - began
    metrics.duration("POST", "/predict", 200).observe(seconds)
    logs.answered(request_id, "POST", "/predict", 200, len(asked), seconds, answer_id)
    return (
        f"HTTP/1.1 200 OK\r\nServer: {SERVER}\r\nDate: {_date(int(time.time()))}\r\nConnection: keep-alive\r\n"
        f"{predict.ANSWER_ID}: {answer_id}\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n"
        f"{logs.REQUEST_ID}: {request_id}\r\n\r\n"
    ).encode() + content


@lru_cache(maxsize=1)
def _date(second: int) -> str:
    return str(util.http_date(second))
