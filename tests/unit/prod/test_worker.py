"""Which requests the event loop answers itself, and which it hands to threads."""

import socket
from collections import deque
from collections.abc import Iterator
from concurrent import futures
from types import SimpleNamespace
from typing import Any, cast

import pytest

from prod import direct, worker
from prod.incoming import Incoming
from prod.worker import Worker
from shared.scorer import COMPILED, PIPELINE

ANSWER = b"HTTP/1.1 200 OK\r\n\r\n"


class Made(SimpleNamespace):
    """A worker that computes nothing, who answered, and a client with its connection."""

    def receive(self) -> bytes:
        """What the client gets."""
        return bytes(self.client.recv(1 << 20))


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Iterator[Made]:
    """One whose client has sent nothing yet."""
    who: list[str] = []

    def pool(name: str) -> SimpleNamespace:
        return SimpleNamespace(submit=lambda work, *_: who.append(f"{name}: {work.__name__}") or futures.Future())

    one = object.__new__(Worker)
    service = SimpleNamespace(scorer=SimpleNamespace(kind=COMPILED))
    registered = SimpleNamespace(register=lambda *_: who.append("kept"), unregister=lambda _: who.append("taken"))
    vars(one).update(_large=0, _spent=0.0, _max_body=1 << 20, _request_seconds=10.0, _gathering={})
    vars(one).update(alive=True, max_keepalived=10, keepalived_conns=deque(), poller=registered, _service=service)
    vars(one).update(tpool=pool("thread"), _probes=pool("probe"), finish_request=lambda *_: None)
    monkeypatch.setattr(direct, "answer", lambda _, request: ANSWER if request.startswith(b"POST /predict ") else None)
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.create_connection(listener.getsockname()) as client,
        listener.accept()[0] as accepted,
    ):
        accepted.setblocking(False)
        conn = SimpleNamespace(sock=accepted, set_timeout=lambda: who.append("timeout"))
        yield Made(worker=one, who=who, client=client, conn=conn)


def request(path: str = "/predict", size: int = 100) -> bytes:
    """A complete one."""
    return f"POST {path} HTTP/1.1\r\nContent-Length: {size}\r\n\r\n".encode() + b"x" * size


@pytest.mark.parametrize(
    ("sent", "state", "expected"),
    [
        (request(), {}, ["timeout", "kept"]),
        (request(size=worker.SMALL_BYTES), {}, ["thread: _handle"]),
        (request("/outcomes"), {}, ["thread: _handle"]),
        (request("/ready"), {}, ["probe: _handle"]),
        (request(), {"_large": 1}, ["thread: _handle"]),
        (request(), {"_spent": 1.0}, ["thread: _handle"]),
        (request(), {"alive": False}, ["thread: _handle"]),
        (request(), {"max_keepalived": 0}, ["thread: _handle"]),
        (request(), {"_service": None}, ["thread: _handle"]),
        (request(), {"_service": SimpleNamespace(scorer=SimpleNamespace(kind=PIPELINE))}, ["thread: _handle"]),
    ],
)
def test_the_loop_answers_small_usual_requests_where_nobody_waits(
    made: Made, sent: bytes, state: dict[str, Any], expected: list[str]
) -> None:
    """With the compiled scorer, while no thread has a large one, for so long in one go, and if connections stay."""
    vars(made.worker).update(state)
    incoming = Incoming(1 << 20)
    assert incoming.feed(sent)
    made.worker._answer(made.conn, incoming.take(), incoming.is_probe)
    assert made.who == expected
    if "kept" in expected:
        assert made.receive() == ANSWER


def test_a_large_request_has_small_ones_go_to_threads_until_it_is_done(made: Made) -> None:
    """What threads do with others matters no more than that: else the loop would never have them back."""
    large, done = request(size=worker.SMALL_BYTES), futures.Future[bool]()
    vars(made.worker).update(method_queue=SimpleNamespace(defer=lambda call, *given: call(*given)))
    made.worker.tpool.submit = lambda *_: made.who.append("thread") or done
    made.worker._answer(made.conn, large, False)
    made.worker._answer(made.conn, request("/outcomes"), False)
    made.worker._answer(made.conn, request(), False)
    assert made.who == ["thread"] * 3
    done.set_result(True)
    made.worker._answer(made.conn, request(), False)
    assert made.who[3:] == ["timeout", "kept"]


def test_a_connection_that_stays_is_not_registered_again(made: Made) -> None:
    """Its next request is answered where it is; the connection becomes the last to time out."""
    other = object()
    made.worker.keepalived_conns += [made.conn, other]
    made.client.sendall(request())
    made.worker.on_client_socket_readable(made.conn, made.conn.sock)
    assert made.receive() == ANSWER
    assert made.who == ["timeout"]
    assert list(made.worker.keepalived_conns) == [other, made.conn]


def test_what_the_loop_has_no_time_for_waits_for_its_next_round(made: Made) -> None:
    """So that others come first; nothing is read."""
    made.worker.keepalived_conns.append(made.conn)
    made.worker._spent = 1.0
    made.client.sendall(request())
    made.worker.on_client_socket_readable(made.conn, made.conn.sock)
    assert made.who == []
    made.worker._spent = 0.0
    made.worker.on_client_socket_readable(made.conn, made.conn.sock)
    assert made.receive() == ANSWER


def test_a_client_that_does_not_read_gets_a_thread(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sending to it could take as long as it likes."""
    monkeypatch.setattr(worker, "_send", lambda _, data: data[5:])
    made.worker.keepalived_conns.append(made.conn)
    made.client.sendall(request())
    made.worker.on_client_socket_readable(made.conn, made.conn.sock)
    assert made.who == ["taken", "thread: _send_rest"]


@pytest.mark.parametrize(
    ("send", "rest"), [(lambda _: 4, b""), (lambda _: 1, b"bcd"), (BlockingIOError, b"abcd"), (BrokenPipeError, b"")]
)
def test_what_has_no_room_is_left(send: Any, rest: bytes) -> None:
    """All of it, or a part; nothing of what goes to a client that has gone, which the loop comes to see."""

    def sent(data: bytes) -> int:
        if isinstance(send, type):
            raise send
        return int(send(data))

    assert worker._send(cast(socket.socket, SimpleNamespace(send=sent)), b"abcd") == rest
