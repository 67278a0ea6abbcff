"""The rows of a request: read and held against the contract, or refused with all that is wrong with them."""

import json
from collections.abc import Iterator
from typing import Annotated, Any, NoReturn, TypeVar

import msgspec
from flask import request
from gunicorn.http.errors import ParseException
from msgspec import Meta

from prod import metrics
from prod.errors import RequestError
from prod.json_object import MAX_ERRORS, ONCE, TWICE, Object, violations
from prod.service import service
from shared import contract
from shared.contract import Row
from shared.problem.target import ROWS
from shared.settings import Settings

Kind = TypeVar("Kind")

REMEDY = "send the fields as GET /contract describes them; unknown numbers are null"


class Rows(msgspec.Struct, forbid_unknown_fields=True):
    """Rows, one or more."""

    instances: Annotated[list[Row], Meta(min_length=1)]


Rows.__doc__ = f"{ROWS.capitalize()}, one or more."
_decoder = msgspec.json.Decoder(Rows)


def read() -> list[Row]:
    """The rows of the request.

    Raises:
        RequestError: it is not JSON, too large, or breaks the contract.
    """
    body = _body()
    asked = plain(body, service().settings)
    return _judge(body) if asked is None else asked


def plain(body: bytes, config: Settings) -> list[Row] | None:
    """The rows of a body with which nothing is wrong at first sight; None of one that has to be looked at closely."""
    try:
        instances = _decoder.decode(body).instances
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    return instances if len(instances) <= config.max_rows and contract.is_plain(body, instances) else None


def decode(kind: type[Kind]) -> Kind:
    """The request's body, which holds no rows.

    Raises:
        RequestError: it is not JSON, too large, or of another form; the first fault is named.
    """
    body = _body()
    remedy = "GET /docs describes the body"
    for name in _repeated(_parsed(body)):
        refuse([error(None, name, ONCE, TWICE)], remedy=remedy)
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as reason:
        text, _, place = str(reason).partition(" - at ")
        expected, _, got = text.removeprefix("Expected ").partition(", got ")
        if not got:  # such as: Object contains unknown field `x`
            expected, got = "the form that /docs describes", f"{text[:1].lower()}{text[1:]}"
        refuse([error(None, place.strip("`$.") or "the body", expected, got)], remedy=remedy)
    except (msgspec.MsgspecError, RecursionError) as reason:
        _malformed(str(reason))


def _body() -> bytes:
    if request.mimetype != "application/json":
        raise RequestError(
            415,
            "content-type",
            "The body must be JSON",
            evidence=f"expected Content-Type application/json, got {request.mimetype or 'none'}",
            remedy="send the header Content-Type: application/json",
        )
    encoding = request.headers.get("Content-Encoding", "identity")
    if encoding.lower() != "identity":
        raise RequestError(
            415,
            "content-encoding",
            "The body must not be compressed",
            evidence=f"expected no Content-Encoding, or identity; got {encoding[:60]}",
            remedy="send the JSON as it is",
            headers={"Accept-Encoding": "identity"},
        )
    most = service().settings.max_body_bytes
    try:
        body = request.get_data() if (request.content_length or 0) <= most else None
    except (ParseException, OSError) as reason:  # the server's own: malformed chunks, a sender that left
        _malformed(str(reason))
    # A body of unknown length is cut off at the limit without a word.
    if body is None or (request.content_length is None and len(body) >= most):
        raise RequestError(
            413,
            "body-too-large",
            "The body is too large",
            evidence=f"expected at most {most:,} bytes, got {request.content_length or 'more'}",
            remedy="send fewer rows in each request",
        )
    return body


def _limit(instances: list[Any]) -> None:
    most = service().settings.max_rows
    if len(instances) > most:
        refuse([error(None, "instances", f"1 to {most} rows", f"{len(instances)} rows")])


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body.decode(), object_pairs_hook=Object)
    except RecursionError:
        _malformed("nested too deep")
    except ValueError as reason:
        _malformed(str(reason))


def _repeated(value: Any) -> Iterator[str]:
    """Keys that an object anywhere in it has more than once."""
    if isinstance(value, Object):
        yield from value.repeated
    for element in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _repeated(element)


def _judge(body: bytes) -> list[Row]:
    """The rows of a body that has to be looked at closely.

    Raises:
        RequestError: all that is wrong with it.
    """
    request_ = _parsed(body)
    if not isinstance(request_, Object):
        refuse([error(None, "", 'an object {"instances": […]}', _kind(request_))])
    errors = [
        error(None, name, 'no field but "instances"', _kind(value))
        for name, value in request_.items()
        if name != "instances"
    ]
    errors += [error(None, name, ONCE, TWICE) for name in request_.repeated]
    instances = request_.get("instances")
    if not isinstance(instances, list) or not instances:
        got = "nothing" if "instances" not in request_ else _kind(instances)
        refuse([*errors, error(None, "instances", "a list of 1 row or more", got)])
    _limit(instances)
    for number, row in enumerate(instances):
        broken = violations(row)
        errors += [error(number, rule.field, rule.expected, rule.got) for rule in broken]
        for field in {rule.field for rule in broken}:
            known = field if field in contract.FIELDS else "other"
            metrics.REJECTED_ROWS.labels(known).inc()
    if errors:
        refuse(errors)
    try:
        return contract.rows(instances)
    except msgspec.MsgspecError as reason:
        _malformed(str(reason))


def _malformed(reason: str) -> NoReturn:
    raise RequestError(
        400,
        "malformed-json",
        "The body is not JSON",
        evidence=f"expected JSON (RFC 8259) in UTF-8, got: {reason}",
        remedy="check the body with a JSON parser; POST /predict is described at /docs",
    )


def refuse(errors: list[dict[str, Any]], remedy: str = REMEDY) -> NoReturn:
    """Answer 422 with what is wrong; the first of it in words."""
    first = errors[0]
    row = "" if first["row"] is None else f"row {first['row']}"
    place = ", ".join(filter(None, (row, _visible(first["field"])))) or "the body"
    raise RequestError(
        422,
        "broken-contract",
        "The request breaks the contract",
        evidence=f"{len(errors)} in all; {place}: expected {first['expected']}, got {first['got']}",
        remedy=remedy,
        errors=errors[:MAX_ERRORS],
    )


def error(row: int | None, field: str, expected: str, got: str) -> dict[str, Any]:
    """One thing that breaks the contract."""
    return {"row": row, "field": field, "expected": expected, "got": got}


def _visible(name: str) -> str:
    """A field's name with its escapes where it has letters that nobody sees, such as a byte order mark."""
    return name if name.isprintable() else ascii(name)[1:-1]


def _kind(value: Any) -> str:
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return "an object" if isinstance(value, dict) else json.dumps(value)[:60]
