"""Clients that send half of a request, or do not read their answers, and wait."""

import resource
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

from tests.lab.sandbox import Sandbox
from tests.soak.box import BODY, JSON, connection, say, serving
from tests.soak.figure import Figure

SOCKETS, PROBES, PAUSE_SECONDS = 300, 26, 0.5
HEAD = b"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
KINDS = {
    "that send nothing": b"",
    "with half a head": HEAD,
    "with half a body": HEAD + b'Content-Length: 1000\r\n\r\n{"instances": [',
    "with half a chunk": HEAD + b'Transfer-Encoding: chunked\r\n\r\n3e8\r\n{"instances": [',
    "with no body after Expect": HEAD + b"Content-Length: 1000\r\nExpect: 100-continue\r\n\r\n",
    "that do not read": b"GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: localhost\r\n\r\n" * 2,
}


def run(box: Sandbox) -> Iterator[Figure]:
    """300 sockets of each kind, and all of them at a time, while probes and a prediction are asked for."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with serving(box) as prod:
        every = [(name, [sent]) for name, sent in KINDS.items()]
        for name, kinds in [*every, ("of all kinds", list(KINDS.values()))]:
            failed, slowest, predict = _measured(prod.url, kinds)
            say(
                f"sockets {name}: {failed} of {PROBES} probes failed, slowest {slowest:.2f} s, /predict {predict:.2f} s"
            )
            tried = f"{SOCKETS * len(kinds)} sockets, {PROBES} probes"
            figure = f"{failed} failed; slowest after ten {slowest:.2f} s; `/predict` {predict:.2f} s"
            yield Figure(f"sockets {name}", tried, figure, "0; under 1 s", not failed and slowest < 1)


def _measured(url: str, kinds: list[bytes]) -> tuple[int, float, float]:
    """Probes that failed; the slowest after the first ten; and the slowest of five predictions, in seconds."""
    address = urlsplit(url)
    with ExitStack() as stack:
        for sent in kinds:
            for _ in range(SOCKETS):
                client = stack.enter_context(socket.create_connection((address.hostname, address.port), timeout=10))
                client.sendall(sent)
        ready = [_asked(url, "GET", "/ready") for _ in range(PROBES)]
        predict = max(_asked(url, "POST", "/predict") or 99 for _ in range(5))
    return ready.count(None), max((seconds for seconds in ready[10:] if seconds is not None), default=99), predict


def _asked(url: str, method: str, path: str) -> float | None:
    """Seconds that an answer took over a connection of its own; None if there was none, or another than 200."""
    time.sleep(PAUSE_SECONDS if method == "GET" else 0)
    began = time.monotonic()
    client = connection(url, timeout=10)
    try:
        client.request(method, path, BODY if method == "POST" else None, JSON)
        return time.monotonic() - began if client.getresponse().status == 200 else None
    except OSError:
        return None
    finally:
        client.close()
