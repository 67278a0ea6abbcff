"""A client of the running service, with the standard library: a connection that is asked, and a time limit for all."""

import http.client
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from shared.errors import ParityError
from shared.parity.target import Target

MAX_SECONDS = 30  # for one request
OVERLOADED = {None, 408, 429, 502, 503, 504}
"""No answer, or a status that says nothing of the relation: ask again later."""


class ServiceError(ParityError):
    """The service cannot be reached, or does not answer as `POST /predict` should.

    Args:
        status: the HTTP status, if there was an answer.
        broken: whether it is the service, and takes what it is asked, and fails.
    """

    def __init__(
        self, what: str, *, evidence: str, remedy: str, status: int | None = None, broken: bool = False
    ) -> None:
        super().__init__(what, evidence=evidence, remedy=remedy)
        self.answered, self.broken = status, broken


class OutOfTimeError(ParityError):
    """The time for the whole replay is over."""


@dataclass(frozen=True)
class Answers:
    """What the service says to some rows, in their order.

    Attributes:
        scores: shape (rows, columns of the target).
        labels: what was decided; None where the target is a number.
        date: its own clock, from the header `Date` (RFC 9110), in seconds since 1970; None if there is none.
    """

    model_version: str
    scores: list[list[float]]
    labels: list[Any]
    date: float | None


@dataclass(frozen=True)
class Address:
    """Where the service is, and until when it may be asked.

    Attributes:
        url: of the service, without /predict.
        until: a moment of `time.monotonic`.
    """

    url: str
    until: float

    def connection(self) -> http.client.HTTPConnection:
        """A fresh connection, opened when it is first used.

        Raises:
            ServiceError: the URL names no HTTP service.
            OutOfTimeError: the time is over.
        """
        try:
            parts = urlsplit(self.url)
            host, port = parts.hostname, parts.port
            if parts.scheme not in ("http", "https") or not host:
                raise ValueError("expected http://HOST:PORT")
        except ValueError as error:
            remedy = "name the service's address, such as http://127.0.0.1:8000"
            raise ServiceError(f"{self.url!r} names no service", evidence=str(error), remedy=remedy) from None
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        return kind(host, port, timeout=self.seconds())

    def seconds(self) -> float:
        """How long the next request may take.

        Raises:
            OutOfTimeError: no longer.
        """
        left = self.until - time.monotonic()
        if left <= 0:
            raise OutOfTimeError("the time is over", evidence=self.url, remedy="allow more: --timeout SECONDS")
        return min(left, MAX_SECONDS)


class ServiceConnection:
    """One connection, kept open between requests where the service allows it.

    Args:
        target: what the service predicts.
    """

    def __init__(self, address: Address, target: Target) -> None:
        self._address, self._target = address, target
        self._http = address.connection()
        self._date: float | None = None

    def close(self) -> None:
        """Close it."""
        self._http.close()

    def ask(self, rows: Sequence[dict[str, Any]]) -> Answers:
        """Ask for some rows in one request.

        Raises:
            ServiceError: there is no answer, or a status other than 2xx, or the rows and answers are not as many.
            OutOfTimeError: the time is over.
        """
        status, body = self.send("POST", "/predict", json.dumps({"instances": rows}))
        return self.answers(status, body, len(rows))

    def answers(self, status: int, body: bytes, rows: int) -> Answers:
        """What an answer of `POST /predict` says.

        Raises:
            ServiceError: it is none to so many rows.
        """
        if not 200 <= status < 300:
            raise self._refused(status, body)
        try:
            answer = json.loads(body, parse_constant=_no_number)
            predictions = answer["predictions"]
            if len(predictions) != rows:
                raise ValueError(f"{len(predictions)} predictions for {rows} rows")
            return Answers(
                str(answer["model_version"]),
                [self._target.scores(prediction) for prediction in predictions],
                [self._target.label(prediction) for prediction in predictions],
                self._date,
            )
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise ServiceError(
                f"{self._address.url} does not answer as POST /predict should",
                evidence=f"{type(error).__name__}: {error}: {body[:100].decode(errors='replace')}",
                remedy="name the service itself; its answers are described at /docs",
                status=status,
                broken=isinstance(error, NotJSONError),
            ) from None

    def send(self, method: str, path: str, body: str | None = None) -> tuple[int, bytes]:
        """Send one request, of JSON if it has a body; the status and the body of the answer, whatever they are.

        Raises:
            ServiceError: there is no answer.
            OutOfTimeError: the time is over.
        """
        reused, sent = self._http.sock is not None, False
        whole = urlsplit(self._address.url).path.rstrip("/") + path
        try:
            self._http.timeout = self._address.seconds()
            if self._http.sock is not None:
                self._http.sock.settimeout(self._http.timeout)
            self._http.request(method, whole, body, {"Content-Type": "application/json"} if body else {})
            sent = True
            response = self._http.getresponse()
            self._date = _seconds(response.getheader("Date"))
            return response.status, response.read()
        except (OSError, http.client.HTTPException) as error:
            self._http.close()
            if reused and not isinstance(error, TimeoutError):  # the service closed it between two requests
                return self.send(method, path, body)
            self._address.seconds()  # or was it our own time that is over?
            if sent and isinstance(error, TimeoutError):
                raise ServiceError(
                    f"{self._address.url} takes requests and does not answer",
                    evidence=f"no answer to {method} {path} within {self._http.timeout:.0f} s",
                    remedy="its log says what its workers wait for",
                    broken=True,
                ) from error
            raise ServiceError(
                f"{self._address.url} cannot be reached",
                evidence=str(error) or type(error).__name__,
                remedy="start it, or see in its log why it ended",
            ) from error

    def _refused(self, status: int, body: bytes) -> ServiceError:
        try:
            problem = json.loads(body)
            reason, remedy = f"{problem['title']}: {problem['detail']}", str(problem["remedy"])
        except (ValueError, KeyError, TypeError, RecursionError):
            reason, remedy = (
                body[:200].decode(errors="replace"),
                "name the service itself, without /predict; see its log",
            )
        evidence = f"HTTP {status}: {reason}"
        return ServiceError(
            f"{self._address.url} refuses golden requests", evidence=evidence, remedy=remedy, status=status
        )


def _seconds(date: str | None) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp() if date else None
    except ValueError:
        return None


class NotJSONError(ValueError):
    """NaN or Infinity where a number should be."""


def _no_number(name: str) -> float:
    """Python's own reader takes NaN and Infinity; others refuse the whole body (RFC 8259, section 6)."""
    raise NotJSONError(f"{name} is not JSON")
