"""Do clients that send half of a request keep prod from answering others?

Against a running prod, on loopback: `python3 tests/benchmarks/slow_clients.py http://127.0.0.1:8000`. Of each
kind of half request so many sockets are opened, which then wait; meanwhile `/ready` and `/predict` are asked.
"""

import argparse
import http.client
import resource
import socket
import time
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

HEAD = b"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
KINDS = {
    "nothing": b"",
    "half a head": HEAD,
    "half a body": HEAD + b'Content-Length: 1000\r\n\r\n{"instances": [',
    "half a chunk": HEAD + b'Transfer-Encoding: chunked\r\n\r\n3e8\r\n{"instances": [',
    "no body after Expect": HEAD + b"Content-Length: 1000\r\nExpect: 100-continue\r\n\r\n",
    "unread answers": b"GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: localhost\r\n\r\n" * 2,
}
PROBES, PAUSE_SECONDS = 26, 0.5
BODY = Path(__file__).parents[2].joinpath("shared", "problem", "sample_request.json").read_bytes()


def main() -> None:
    """Print a line for each kind, and one for all of them at a time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--sockets", type=int, default=300, help="of each kind")
    options = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    address = urlsplit(options.url)
    place = (address.hostname or "127.0.0.1", address.port or 80)
    print(f"{'sockets':>7} {'kind':<22}{'probes':>7}{'failed':>7}{'slowest of /ready':>19}{'/predict':>10}")
    for name, kinds in [*((name, [sent]) for name, sent in KINDS.items()), ("all of them", list(KINDS.values()))]:
        print(measured(place, name, kinds, options.sockets), flush=True)


def measured(place: tuple[str, int], name: str, kinds: list[bytes], count: int) -> str:
    """A line: probes while these sockets wait, the first ten of them not timed."""
    with ExitStack() as stack:
        for sent in kinds:
            for _ in range(count):
                client = stack.enter_context(socket.create_connection(place, timeout=10))
                client.sendall(sent)
        ready = [asked(place, "GET", "/ready") for _ in range(PROBES)]
        predict = max(asked(place, "POST", "/predict") or 99 for _ in range(5))
    timed = [seconds for seconds in ready[10:] if seconds is not None]
    failed = ready.count(None)
    slowest = f"{max(timed, default=99):.3f} s"
    return f"{count * len(kinds):>7} {name:<22}{len(ready):>7}{failed:>7}{slowest:>19}{predict:>8.3f} s"


def asked(place: tuple[str, int], method: str, path: str) -> float | None:
    """Seconds that an answer took over a connection of its own; None if there was none, or another than 200."""
    time.sleep(PAUSE_SECONDS if method == "GET" else 0)
    began = time.monotonic()
    connection = http.client.HTTPConnection(*place, timeout=10)
    try:
        connection.request(method, path, BODY if method == "POST" else None, {"Content-Type": "application/json"})
        return time.monotonic() - began if connection.getresponse().status == 200 else None
    except OSError:
        return None
    finally:
        connection.close()


if __name__ == "__main__":
    main()
