"""Clients that send a month through prod, hour by hour, and send it later what became of the rows.

No request is sent again: one that gets no answer, or another than 200, has failed, and is counted.
"""

import http.client
import json
import queue
import threading
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from shared.errors import ParityError

CLIENTS = 4
TIMEOUT_SECONDS = 30
PAUSE_SECONDS, LONG_PAUSE_SECONDS = 0.05, 2.0
"""Of each client between two requests until the awaited model answers: a steady load, and a light one from a third of
the month on, so that most of it is left, however long a reload takes."""
MOST_FAILED = 20
"""After so many failed requests no more are sent: prod is down."""
OUTCOMES_AT_ONCE = 5_000
JSON = {"Content-Type": "application/json"}


class TrafficError(ParityError):
    """Prod does not answer as it must for the year to go on."""


@dataclass(frozen=True)
class Hour:
    """One request: an hour's rows, and what became of each, by the target's name, which prod learns afterwards."""

    id: str
    instances: Sequence[Any]
    outcomes: Sequence[dict[str, Any]]


@dataclass(frozen=True)
class Answer:
    """What came back for an hour: the model's version, or why there was no answer.

    Attributes:
        ended: when it was there, by a monotonic clock.
    """

    hour: Hour
    ended: float
    version: str | None
    failure: str = ""


class Traffic:
    """Clients at work, from entry until all hours are asked.

    Args:
        awaited: the model version that a reload is to bring; until it answers, clients take their time.
    """

    def __init__(self, url: str, hours: Iterable[Hour], awaited: str | None = None) -> None:
        self.answers: list[Answer] = []
        self._url, self._awaited, self._stopped = url, awaited, threading.Event()
        self._waiting: queue.SimpleQueue[Hour] = queue.SimpleQueue()
        self._answered = threading.Event()  # by the awaited model
        for hour in hours:
            self._waiting.put(hour)
        self._most = 2 * self._waiting.qsize() // 3
        self._clients = [threading.Thread(target=self._ask) for _ in range(CLIENTS)]

    def __enter__(self) -> "Traffic":
        for client in self._clients:
            client.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind:
            self._stopped.set()
        try:
            for client in self._clients:
                client.join()
        finally:  # Ctrl-C, too
            self._stopped.set()

    @property
    def failures(self) -> list[str]:
        """Why requests failed, one line per failure."""
        return [answer.failure for answer in self.answers if answer.version is None]

    @property
    def rows(self) -> Counter[str]:
        """How many rows each model has answered."""
        counts: Counter[str] = Counter()
        for answer in self.answers:
            if answer.version:
                counts[answer.version] += len(answer.hour.instances)
        return counts

    def until(self, version: str, since: float) -> int:
        """How many requests ended since a reload began, until no other version answered any more."""
        others = [answer.ended for answer in self.answers if answer.version != version]
        return sum(since <= answer.ended <= max(others, default=since) for answer in self.answers)

    def _ask(self) -> None:
        connection = Connection(self._url)
        while not self._stopped.is_set():
            try:
                hour = self._waiting.get_nowait()
            except queue.Empty:
                break
            answer = _answer(connection, hour)
            self.answers.append(answer)
            if len(self.failures) >= MOST_FAILED:
                break
            if answer.version == self._awaited:
                self._answered.set()
            elif self._awaited:
                time.sleep(PAUSE_SECONDS)
                if self._waiting.qsize() < self._most:
                    self._answered.wait(LONG_PAUSE_SECONDS)
        connection.close()


class Connection:
    """One client's connection, kept for as long as prod keeps it."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        self._connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=TIMEOUT_SECONDS)

    def send(self, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        """POST a body, or GET without one; returns the answer's JSON.

        Raises:
            TrafficError: no answer, or not 200.
        """
        try:
            content = None if body is None else json.dumps(body)
            self._connection.request("POST" if content else "GET", path, content, {**JSON, **(headers or {})})
            answer = self._connection.getresponse()
            content = answer.read().decode()
            if answer.status == http.HTTPStatus.OK:
                return json.loads(content)
            reason = f"HTTP {answer.status}: {content[:300]}"
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()  # the next request opens another
            reason = repr(error)
        raise TrafficError(f"{path} was not answered", evidence=reason, remedy="make lifecycle again; make doctor")

    def close(self) -> None:
        """Let go of it."""
        self._connection.close()


def _answer(connection: Connection, hour: Hour) -> Answer:
    try:
        answer = connection.send("/predict", {"instances": hour.instances}, {"X-Request-ID": hour.id})
        return Answer(hour, time.monotonic(), answer["model_version"])
    except TrafficError as error:
        return Answer(hour, time.monotonic(), None, error.evidence)


def send_outcomes(url: str, answers: Iterable[Answer]) -> int:
    """Send what became of the rows that were answered; returns how many there were.

    Raises:
        TrafficError: prod cannot record them, or knows some of them not.
    """
    outcomes = [
        {"request_id": answer.hour.id, "row": row, **outcome}
        for answer in answers
        if answer.version
        for row, outcome in enumerate(answer.hour.outcomes)
    ]
    connection = Connection(url)
    try:
        for start in range(0, len(outcomes), OUTCOMES_AT_ONCE):
            reply = connection.send("/outcomes", {"outcomes": outcomes[start : start + OUTCOMES_AT_ONCE]})
            if reply["unknown"]:
                raise TrafficError(
                    f"the prediction log lacks {reply['unknown']} rows that were answered",
                    evidence=json.dumps(reply["unknown_first"][:3]),
                    remedy="look at parity_unlogged_predictions_total in prod's /metrics",
                )
    finally:
        connection.close()
    return len(outcomes)
