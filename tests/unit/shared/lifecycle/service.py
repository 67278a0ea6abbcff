"""A prod of a few lines, for what talks to it over HTTP."""

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Service:
    """What it answers, and what it was asked.

    Attributes:
        version: of the model that answers.
        failing: IDs of requests that get a 503.
        unknown: how many outcomes it claims not to know.
    """

    version: str = "first"
    failing: set[str] = field(default_factory=set)
    unknown: int = 0
    asked: list[str] = field(default_factory=list)
    outcomes: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""

    def answer(self, path: str, request_id: str, body: Any) -> tuple[int, Any]:
        """Status and JSON."""
        if path == "/predict":
            self.asked.append(request_id)
            return 503 if request_id in self.failing else 200, {"model_version": self.version}
        if path == "/outcomes":
            self.outcomes += body["outcomes"]
            return 200, {"unknown": self.unknown, "unknown_first": body["outcomes"][: self.unknown]}
        return 200, {"version": self.version}


@contextmanager
def served(service: Service) -> Iterator[Service]:
    """The service on a port of its own."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self._send(*service.answer(self.path, self.headers.get("X-Request-ID", ""), body))

        def do_GET(self) -> None:
            self._send(*service.answer(self.path, "", None))

        def _send(self, status: int, answer: Any) -> None:
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        service.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield service
        finally:
            server.shutdown()
            thread.join()
