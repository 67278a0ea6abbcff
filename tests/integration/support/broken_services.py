"""Services of other people, served here by the standard library: a right one, and those that break one relation."""

import http.server
import itertools
import json
import math
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

Row = dict[str, Any]
Passport = dict[str, Any]


def key(row: Row) -> str:
    """A row as text, however its keys are ordered."""
    return json.dumps(row, sort_keys=True)


def mean(rows: Sequence[Row]) -> float:
    """Of the distance, in miles."""
    return sum(row["distance_miles"] for row in rows) / len(rows)


class Service:
    """A service of somebody else, right in all that the passport's golden requests can tell; those below break it."""

    def __init__(self, passport: Passport) -> None:
        golden = passport["golden"]
        self.passport = passport
        self.version, self.threshold = passport["version"], passport["threshold"]
        self.requests: list[Row] = golden["requests"]
        self.recorded = {key(row): score for row, (score,) in zip(self.requests, golden["scores"], strict=True)}

    def probabilities(self, rows: Sequence[Row]) -> list[float]:
        """One for each row."""
        return [self.recorded[key(row)] for row in rows]

    def answer(self, body: bytes) -> tuple[int, dict[str, Any]]:
        """Status and JSON."""
        probabilities = self.probabilities(json.loads(body)["instances"])
        predictions = [{"late_probability": each, "late": each >= self.threshold} for each in probabilities]
        return 200, {"predictions": predictions, "model_version": self.version}

    def get(self, path: str) -> tuple[int, Any]:
        """Status and JSON."""
        return 404, {}


@contextmanager
def served(service: Service, protocol: str = "HTTP/1.1") -> Iterator[str]:
    """The address of a service that runs here, with the standard library alone."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = protocol
        disable_nagle_algorithm = True  # head and body are sent apart, and the latter would wait

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.give(*((404, {}) if self.path == "/check" else service.answer(body)))

        def give(self, status: int, answer: Any) -> None:
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_GET(self) -> None:
            self.give(*service.get(self.path))

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Counting(Service):
    """State in a worker: the more it was asked, the higher the answer."""

    asked = 0

    def probabilities(self, rows: Sequence[Row]) -> list[float]:
        """Learns while it serves."""
        self.asked += 1
        return [each + 1e-6 * self.asked for each in super().probabilities(rows)]


class CountingLate(Service):
    """State in a worker that shows only after many requests."""

    asked = 0

    def probabilities(self, rows: Sequence[Row]) -> list[float]:
        """Is another from the hundredth request on."""
        self.asked += 1
        return [each + 1e-6 * max(0, self.asked - 100) for each in super().probabilities(rows)]


class Refitting(Service):
    """A scaler is fitted anew to each request, and so to what it happens to hold."""

    def probabilities(self, rows: Sequence[Row]) -> list[float]:
        """Depends on the mean of a column over the batch."""
        shift = 1e-4 * (mean(rows) - mean(self.requests))
        return [each + shift for each in super().probabilities(rows)]


class FillingFromAbove(Service):
    """What is missing in a row is taken from the row before it."""

    def probabilities(self, rows: Sequence[Row]) -> list[float]:
        """Depends on the order of rows, where there is more than one."""
        usual = {key(row): key(before) for before, row in itertools.pairwise(self.requests)}
        shifts = [0.0] + [0.2 * (usual.get(key(row)) != key(before)) for before, row in itertools.pairwise(rows)]
        return [each + shift for each, shift in zip(super().probabilities(rows), shifts, strict=True)]


class Positional(Service):
    """Values are taken by their place."""

    def probabilities(self, rows: Sequence[Row]) -> list[float]:
        """Depends on the order of keys."""
        return [
            each / (1 + (next(iter(row)) != "carrier"))
            for each, row in zip(super().probabilities(rows), rows, strict=True)
        ]


class Racing(Service):
    """Requests share a variable that each writes."""

    rows: Sequence[Row] = ()

    def probabilities(self, rows: Sequence[Row]) -> list[float]:
        """Of whoever wrote last."""
        self.rows = rows
        time.sleep(0.002)
        mine = super().probabilities(self.rows)
        return (mine * len(rows))[: len(rows)]


class Crossing(Racing):
    """The same, and the answers are as many as the other request has rows."""

    def probabilities(self, rows: Sequence[Row]) -> list[float]:
        """Of whoever wrote last."""
        self.rows = rows
        time.sleep(0.002)
        return Service.probabilities(self, self.rows)


class Strict(Service):
    """Refuses what it need not refuse."""

    def answer(self, body: bytes) -> tuple[int, dict[str, Any]]:
        """A 422 for keys in another order."""
        if next(iter(json.loads(body)["instances"][0])) != "carrier":
            return 422, {"title": "Bad order", "detail": "carrier comes first", "remedy": "sort"}
        return super().answer(body)


class OtherThreshold(Service):
    """Decides by a threshold of its own."""

    def __init__(self, passport: Passport) -> None:
        super().__init__(passport)
        self.threshold = 0.5


class OtherAnswers(Service):
    """Computes features in another way."""

    def probabilities(self, rows: Sequence[Row]) -> list[float]:
        """Away from what was recorded, always by the same."""
        return [each + 0.3 for each in super().probabilities(rows)]


class OtherModel(Service):
    """Serves yesterday's model."""

    def __init__(self, passport: Passport) -> None:
        super().__init__(passport)
        self.version = "20130101T000000-00000000"


class Talking(Service):
    """Something else that answers HTTP."""

    def answer(self, body: bytes) -> tuple[int, dict[str, Any]]:
        """JSON of another form."""
        return 200, {"hello": "world"}


class Slow(Service):
    """Takes its time."""

    def probabilities(self, rows: Sequence[Row]) -> list[float]:
        """After a while."""
        time.sleep(0.2)
        return super().probabilities(rows)


class NoNumber(Service):
    """Writes NaN, as many JSON libraries do."""

    def probabilities(self, rows: Sequence[Row]) -> list[float]:
        """One answer is no number."""
        return [math.nan, *super().probabilities(rows)[1:]]
