"""The drain between SIGTERM and the end."""

import signal
import time
from collections.abc import Iterator

import pytest
from gunicorn.workers.gthread import ThreadWorker

from prod import worker


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    """Leave the process's signals as they were."""
    before = signal.getsignal(signal.SIGALRM)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)
    worker.draining.clear()


@pytest.mark.parametrize("seconds", ["0", "0.2"])
def test_the_end_comes_after_the_drain(monkeypatch: pytest.MonkeyPatch, seconds: str) -> None:
    """On SIGTERM the worker is draining at once, and stops once, as late as is set, however often it is told."""
    stopped: list[float] = []
    monkeypatch.setattr(ThreadWorker, "handle_exit", lambda *_: stopped.append(time.monotonic()))
    monkeypatch.setenv("PARITY_DRAIN_SECONDS", seconds)
    one = object.__new__(worker.DrainingWorker)
    start = time.monotonic()
    one.handle_exit(signal.SIGTERM, None)
    assert worker.draining.is_set()
    assert stopped == []
    time.sleep(0.1)
    one.handle_exit(signal.SIGTERM, None)
    while not stopped and time.monotonic() < start + 5:
        time.sleep(0.01)
    time.sleep(0.15)
    assert len(stopped) == 1
    assert float(seconds) <= stopped[0] - start < float(seconds) + 0.08
