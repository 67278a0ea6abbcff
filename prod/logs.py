"""Logs as JSON lines on stdout, for gunicorn and the application alike."""

import logging
import secrets
import time
import uuid
from typing import Any

from flask import Flask, Response, g, request

log = logging.getLogger("prod")

REQUEST_ID = "X-Request-ID"

CONFIG: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
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
    stamp = time.time_ns() // 1_000_000
    value = stamp << 80 | 7 << 76 | secrets.randbits(12) << 64 | 2 << 62 | secrets.randbits(62)
    return str(uuid.UUID(int=value))


def _end(response: Response) -> Response:
    response.headers[REQUEST_ID] = g.request_id
    if request.path not in ("/health", "/ready", "/metrics"):
        log.info(
            "request",
            extra={
                "request_id": g.request_id,
                "method": request.method,
                "path": request.path,
                "status": response.status_code,
                "rows": g.get("rows"),
                **({"answer_id": g.answer_id} if "answer_id" in g else {}),
                "seconds": round(time.perf_counter() - g.started, 6),
            },
        )
    return response
