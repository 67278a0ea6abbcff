"""Every error is a problem document (RFC 9457): what was wrong, where, and what to send."""

import json
import logging
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from flask import Flask, Response, current_app, g, request
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import HTTPException

from shared.errors import ParityError
from shared.names import PROJECT

log = logging.getLogger("prod")

TYPES = f"urn:{PROJECT}:"


class RequestError(ParityError):
    """A request that cannot be answered as it is.

    Args:
        status: HTTP status.
        kind: short name of the kind of problem, the end of the problem's `type`.
        errors: a list of row, field, expected and got.
        headers: of the answer.
    """

    def __init__(
        self,
        status: int,
        kind: str,
        what: str,
        *,
        evidence: str,
        remedy: str,
        errors: list[dict[str, Any]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(what, evidence=evidence, remedy=remedy)
        self.status = status
        self.kind = kind
        self.errors = errors or []
        self.headers = headers or {}


def problem(status: int, kind: str, title: str, detail: str, **more: Any) -> Response:
    """A response with a problem document as its body."""
    body = {
        "type": TYPES + kind,
        "title": title,
        "status": status,
        "detail": detail,
        "instance": f"{TYPES}request:{g.request_id}",
        **more,
    }
    return Response(json.dumps(body), status, mimetype="application/problem+json")


def init_app(app: Flask) -> None:
    """Answer every exception with a problem document, and leave the connection as the next request needs it."""
    app.register_error_handler(RequestError, _request_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _bug)
    app.after_request(drain)


def _request_error(error: RequestError) -> Response:
    more: dict[str, Any] = {"remedy": error.remedy}
    if error.errors:
        more["errors"] = error.errors
    response = problem(error.status, error.kind, error.what, error.evidence, **more)
    response.headers.update(error.headers)
    return response


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    response = problem(
        status,
        error.name.lower().replace(" ", "-"),
        error.name,
        error.description or error.name,
        remedy="GET /openapi.json lists what can be asked, and how",
    )
    for name, value in error.get_headers():
        if name != "Content-Type":
            response.headers[name] = value
    return response


def drain(response: Response) -> Response:
    """Read what is left of a refused body: it would be taken for the next request's head."""
    most = current_app.config["MAX_CONTENT_LENGTH"]
    if response.status_code >= 400 and (request.content_length or 0) <= most:
        with suppress(ParseException, OSError):  # gunicorn closes
            request.input_stream.read(most)
    return response


def _bug(error: Exception) -> Response:
    log.error("unhandled exception", exc_info=error, extra={"request_id": g.request_id})
    return problem(
        500,
        "internal-error",
        "Internal Server Error",
        "the service failed; the log has the details under this request's ID",
        remedy=f"make logs, and look for {g.request_id}",
    )
