"""Clients that ask as fast as they are answered, and keep count of what became of each request."""

import http.client
import threading
from collections import Counter
from types import TracebackType

from tests.soak.box import BODY, JSON, connection


class Load:
    """Ask until the block ends. Half of the clients keep their connections, half open one for each request.

    Attributes:
        counts: of answers by status, of failures by the name of the exception.
        bodies: how often each answer came, by its text; empty without `keep`.
    """

    def __init__(self, url: str, clients: int = 8, body: bytes = BODY, *, keep: bool = False) -> None:
        self.counts: Counter[str] = Counter()
        self.bodies: Counter[str] = Counter()
        self._url, self._body, self._keep = url, body, keep
        self._end = threading.Event()
        self._lock = threading.Lock()
        self._clients = [threading.Thread(target=self._ask, args=(bool(number % 2),)) for number in range(clients)]

    def __enter__(self) -> "Load":
        """Begin."""
        for client in self._clients:
            client.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End, when each client has its last answer."""
        self._end.set()
        for client in self._clients:
            client.join()

    @property
    def asked(self) -> int:
        """How many requests were sent."""
        return self.counts.total()

    @property
    def lost(self) -> dict[str, int]:
        """What was not answered with 200."""
        return {name: count for name, count in sorted(self.counts.items()) if name != "200"}

    def _ask(self, kept: bool) -> None:
        client = connection(self._url)
        while not self._end.is_set():
            try:
                client.request("POST", "/predict", self._body, JSON)
                answer = client.getresponse()
                text = answer.read()
                self._count(str(answer.status), text.decode() if self._keep else "")
            except (OSError, http.client.HTTPException) as error:
                self._count(type(error).__name__)
                client.close()
            if not kept:
                client.close()
        client.close()

    def _count(self, what: str, text: str = "") -> None:
        with self._lock:
            self.counts[what] += 1
            if text:
                self.bodies[text] += 1
