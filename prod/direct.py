"""A request to predict in its usual form, answered in one go: to the byte as by gunicorn and Flask, or not at all.

They take most of the time of a request with one row. What nearly all requests look like is answered here, by the same
functions; where a header has a meaning of its own, or anything is wrong, it is theirs, and so is every refusal.
"""

import re
import time
from functools import lru_cache

from gunicorn import SERVER, util

from prod import hosts, logs, metrics, predict, rows
from prod.service import Service

_HEAD = re.compile(rb"POST /predict HTTP/1\.1\r\n((?:[A-Za-z0-9-]+: ?[!-~][ -~]*\r\n){1,50})\r\n")
_OTHERS = frozenset({b"transfer-encoding", b"content-encoding", b"expect", b"upgrade", b"trailer"})
"""Headers that ask for more than an answer."""


def answer(service: Service, request: bytes) -> bytes | None:
    """The answer to a request that is all there, for a connection that stays; None if others are to answer."""
    began = time.perf_counter()
    head = _HEAD.match(request)
    if not head:
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
