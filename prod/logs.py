"""Logs as JSON lines on stdout, for gunicorn and the application alike."""

import logging
import secrets
import select
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from flask import Flask, Response, g, request

log = logging.getLogger("prod")

REQUEST_ID = "X-Request-ID"

CONFIG: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "prod.logs.Lines"}},
    "handlers": {
        "stdout": {
            "class": "prod.logs.Stdout",
            "formatter": "json",
        }
    },
    "root": {"level": "INFO", "handlers": ["stdout"]},
    "loggers": {"gunicorn.error": {"level": "INFO", "handlers": ["stdout"], "propagate": False}},
}


class Lines(logging.Formatter):
    """A record as a line of JSON: time, level, logger, process, message, and what it was given as `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        given = vars(record)
        line = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S%z", time.localtime(record.created)),
            "level": record.levelname,
            "logger": record.name,
            "process": record.process,
            "message": record.getMessage(),
        }
        line |= {name: given[name] for name in given if name not in _OWN}
        if record.exc_info:
            line["exc_info"] = self.formatException(record.exc_info)
        if record.stack_info:
            line["stack_info"] = self.formatStack(record.stack_info)
        return _encoder.encode(line).decode()


class Stdout(logging.Handler):
    """Writes lines to stdout, each at once but within `together`."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line, or keep it for a while."""
        try:
            line = self.format(record).encode() + b"\n"
            kept = getattr(_own, "kept", None)
            if kept is None:
                _write(line)
                return
            if len(kept) + len(line) > select.PIPE_BUF:  # more would not be written in one piece
                _write(kept)
                kept.clear()
            kept += line
        except Exception:
            self.handleError(record)


@contextmanager
def together() -> Iterator[None]:
    """Have this thread's lines written at the end: each writing wakes who reads them."""
    _own.kept = bytearray()
    try:
        yield
    finally:
        if _own.kept:
            _write(_own.kept)
        del _own.kept


def _write(lines: bytes | bytearray) -> None:
    sys.stdout.buffer.write(lines)
    sys.stdout.buffer.flush()


_own = threading.local()
_OWN = frozenset({*vars(logging.makeLogRecord({})), "message", "asctime"})
_encoder = msgspec.json.Encoder(enc_hook=str)


def init_app(app: Flask) -> None:
    """Give every request an ID, and log it once it is answered."""
    app.before_request(begin)
    app.after_request(end)


def begin() -> None:
    """Of a request."""
    g.started = time.perf_counter()
    g.request_id = request_id(request.headers.get(REQUEST_ID, ""))


def request_id(sent: str) -> str:
    """The client's own, if it is one."""
    usable = 0 < len(sent) <= 64 and sent.isascii() and sent.replace("-", "").isalnum()
    return sent if usable else new_id()


def new_id() -> str:
    """A UUID of version 7 (RFC 9562): unique, and later ones sort after earlier ones, as indexes like it."""
    chance = secrets.randbits(74)
    value = time.time_ns() // 1_000_000 << 80 | 7 << 76 | chance >> 62 << 64 | 2 << 62 | chance & (1 << 62) - 1
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def end(response: Response) -> Response:
    """Of a request: its line, and its ID for the client."""
    response.headers[REQUEST_ID] = g.request_id
    if request.path not in ("/health", "/ready", "/metrics"):
        seconds, answer_id = time.perf_counter() - g.started, g.get("answer_id", "")
        answered(g.request_id, request.method, request.path, response.status_code, g.get("rows"), seconds, answer_id)
    return response


def answered(
    request_id: str, method: str, path: str, status: int, rows: int | None, seconds: float, answer_id: str = ""
) -> None:
    """Log a request that was answered."""
    if not log.isEnabledFor(logging.INFO):
        return
    fields = {"request_id": request_id, "method": method, "path": path, "status": status, "rows": rows}
    if answer_id:
        fields["answer_id"] = answer_id
    fields["seconds"] = round(seconds, 6)
    # As `log.info` has it, without a search for the line that called.
    log.handle(log.makeRecord(log.name, logging.INFO, "", 0, "request", (), None, extra=fields))
