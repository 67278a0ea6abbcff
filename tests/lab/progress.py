"""Signs of life on stderr: what runs, how far it is, and since when; no silence is longer than ten seconds."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

EVERY_SECONDS = 8.0
_written = time.monotonic()


def say(line: str) -> None:
    """Write one line, at once."""
    global _written
    _written = time.monotonic()
    print(line, file=sys.stderr, flush=True)


@contextmanager
def progress(what: str | Callable[[], str], *, every: float = EVERY_SECONDS) -> Iterator[None]:
    """While the block runs, say what runs and for how long whenever nothing else was said for `every` seconds.

    Args:
        what: a line, or a function that gives the line of the moment.
    """
    began, done = time.monotonic(), threading.Event()

    def watch() -> None:
        while not done.wait(max(0.05, _written + every - time.monotonic())):
            if time.monotonic() - _written >= every:
                say(f"[{time.monotonic() - began:5.0f} s] {what if isinstance(what, str) else what()}")

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
