"""The drain between SIGTERM and the end."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator

import pytest
from gunicorn.workers.gthread import ThreadWorker

from prod import drain


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    """Leave the process's signals as they were."""
    before = signal.getsignal(signal.SIGALRM)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)
    drain.draining.clear()


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A socket that listens."""
    with socket.create_server(("127.0.0.1", 0)) as made_:
        yield made_


def made(sockets: list[socket.socket], ppid: int) -> drain.Drain:
    """A worker with those listeners and that master, and nothing else."""
    one = object.__new__(drain.Drain)
    one.sockets, one.ppid = sockets, ppid
    return one


@pytest.mark.parametrize("seconds", ["0", "0.2"])
def test_the_end_comes_after_the_drain(monkeypatch: pytest.MonkeyPatch, seconds: str) -> None:
    """On SIGTERM the worker is draining at once, and stops once, as late as is set, however often the signal comes."""
    stopped: list[float] = []
    monkeypatch.setattr(ThreadWorker, "handle_exit", lambda *_: stopped.append(time.monotonic()))
    monkeypatch.setenv("PARITY_DRAIN_SECONDS", seconds)
    one = made([], os.getpid())
    monkeypatch.setattr(one, "_is_last", lambda: False)
    start = time.monotonic()
    one.handle_exit(signal.SIGTERM, None)
    assert drain.draining.is_set()
    assert stopped == []
    time.sleep(0.1)
    one.handle_exit(signal.SIGTERM, None)
    while not stopped and time.monotonic() < start + 5:
        time.sleep(0.01)
    time.sleep(0.15)
    assert len(stopped) == 1
    assert float(seconds) <= stopped[0] - start < float(seconds) + 0.08


def test_at_a_reload_the_door_stays_open(listener: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    """The master still holds the listener: others take what comes."""
    monkeypatch.setattr(ThreadWorker, "handle_exit", lambda *_: None)
    with subprocess.Popen(["sleep", "60"], pass_fds=[listener.fileno()]) as master:
        made([listener], master.pid)._shut_door(signal.SIGALRM, None)
        master.kill()
    listener.settimeout(5)
    with socket.create_connection(listener.getsockname(), timeout=5), listener.accept()[0] as taken:
        assert taken


def test_once_the_door_is_shut_no_connection_begins_and_none_that_began_is_lost(
    listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The master does not hold the listener: who comes is not let in, and refused when it is closed."""
    monkeypatch.setattr(ThreadWorker, "handle_exit", lambda *_: None)
    early = socket.create_connection(listener.getsockname(), timeout=5)
    with subprocess.Popen(["sleep", "60"]) as master:  # inherits no listener
        one = made([listener], master.pid)
        one._shut_door(signal.SIGALRM, None)
        master.kill()
    address = listener.getsockname()
    with early, socket.socket() as late, socket.socket() as far:
        late.settimeout(0.3)
        with pytest.raises(TimeoutError):
            late.connect(address)
        # With the greatest TTL it gets in all the same, and so is like one whose handshake ends just now.
        far.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, drain.MAX_TTL)
        far.settimeout(5)
        far.connect(address)
        far.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 64)
        for client in (early, far):
            client.sendall(b"hello")
            accepted, _ = listener.accept()
            one.open_door(accepted)
            with accepted:
                accepted.settimeout(5)
                assert accepted.recv(5) == b"hello"
    listener.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address, timeout=5)
