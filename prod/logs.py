"""Logs as JSON lines on stdout, for gunicorn and the application alike."""

import logging
import secrets
import time
from typing import Any

from flask import Flask, Response, g, request

log = logging.getLogger("prod")

REQUEST_ID = "X-Request-ID"

CONFIG: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": "pythonjsonlogger.msgspec.MsgspecFormatter",
            "fmt": "%(asctime)s %(levelname)s %(name)s %(process)d %(message)s",
            "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger"},
            "datefmt": "%Y-%m-%dT%H:%M:%S%z",
        }
    },
    "handlers": {
        "stdout": {
            "class": "logging.StreamHandler",
            "formatter": "json",
            "stream": "ext://sys.stdout",
        }
    },
    "root": {"level": "INFO", "handlers": ["stdout"]},
    "loggers": {"gunicorn.error": {"level": "INFO", "handlers": ["stdout"], "propagate": False}},
}


def init_app(app: Flask) -> None:
    """Give every request an ID, and log it once it is answered."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.started = time.perf_counter()
    sent = request.headers.get(REQUEST_ID, "")
    usable = 0 < len(sent) <= 64 and sent.isascii() and sent.replace("-", "").isalnum()
    g.request_id = sent if usable else new_id()


def new_id() -> str:
    """A UUID of version 7 (RFC 9562): unique, and later ones sort after earlier ones, as indexes like it."""
    chance = secrets.randbits(74)
    value = time.time_ns() // 1_000_000 << 80 | 7 << 76 | chance >> 62 << 64 | 2 << 62 | chance & (1 << 62) - 1
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _end(response: Response) -> Response:
    response.headers[REQUEST_ID] = g.request_id
    if request.path not in ("/health", "/ready", "/metrics") and log.isEnabledFor(logging.INFO):
        fields = {
            "request_id": g.request_id,
            "method": request.method,
            "path": request.path,
            "status": response.status_code,
            "rows": g.get("rows"),
            **({"answer_id": g.answer_id} if "answer_id" in g else {}),
            "seconds": round(time.perf_counter() - g.started, 6),
        }
        # As `log.info` has it, without a search for the line that called.
        log.handle(log.makeRecord(log.name, logging.INFO, "", 0, "request", (), None, extra=fields))
    return response
