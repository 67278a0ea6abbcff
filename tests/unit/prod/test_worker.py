"""Which requests the event loop answers itself, and which it hands to threads."""

import socket
from collections.abc import Iterator
from concurrent import futures
from types import SimpleNamespace
from typing import Any

import pytest

from prod import worker
from prod.incoming import Incoming
from prod.worker import Worker


@pytest.fixture
def connection() -> Iterator[SimpleNamespace]:
    """One whose client has read everything."""
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.create_connection(listener.getsockname()),
        listener.accept()[0] as accepted,
    ):
        yield SimpleNamespace(sock=accepted)


def made(**state: Any) -> tuple[Worker, list[str]]:
    """A worker that answers nothing, and a list of who would have."""
    who: list[str] = []

    def pool(name: str) -> SimpleNamespace:
        return SimpleNamespace(submit=lambda *_: who.append(name) or futures.Future())

    one = object.__new__(Worker)
    vars(one).update({"_handed_over": 0, "_answering": False, "_spent": 0.0, **state})
    vars(one).update(tpool=pool("thread"), _probes=pool("probe"), finish_request=lambda *_: None)
    vars(one).update(handle=lambda _: who.append("loop"))
    return one, who


def request(path: str = "/predict", size: int = 100) -> Incoming:
    """A complete one."""
    incoming = Incoming(1 << 20)
    assert incoming.feed(f"POST {path} HTTP/1.1\r\nContent-Length: {size}\r\n\r\n".encode() + b"x" * size)
    return incoming


@pytest.mark.parametrize(
    ("incoming", "state", "expected"),
    [
        (request(), {}, "loop"),
        (request("/predict?x=1"), {}, "loop"),
        (request(size=worker.SMALL_BYTES), {}, "thread"),
        (request("/outcomes"), {}, "thread"),
        (request("/ready"), {}, "probe"),
        (request(), {"_handed_over": 1}, "thread"),
        (request(), {"_answering": True}, "thread"),
        (request(), {"_spent": 1.0}, "thread"),
    ],
)
def test_the_loop_answers_small_requests_where_nobody_waits(
    connection: SimpleNamespace, incoming: Incoming, state: dict[str, Any], expected: str
) -> None:
    """To predict, when no thread is at work, not in the middle of another, and only for so long in one go."""
    one, who = made(**state)
    one._answer(connection, incoming)
    assert who == [expected]


def test_a_client_that_does_not_read_gets_a_thread(connection: SimpleNamespace) -> None:
    """Sending to it could take as long as it likes."""
    connection.sock.setblocking(False)
    with pytest.raises(BlockingIOError):
        while True:
            connection.sock.send(b"x" * 65536)
    one, who = made()
    one._answer(connection, request())
    assert who == ["thread"]
