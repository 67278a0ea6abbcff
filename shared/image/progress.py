"""Signs of life on stderr: one line a stage and, where a stage takes long, what runs, since when, and how far it is."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

EVERY_SECONDS = 8
"""No silence over ten seconds, on a slow machine too."""
MAX_LETTERS = 110


def say(line: str) -> None:
    """A line of progress, at once."""
    sys.stderr.write(f"{line}\n")  # in one piece: `print` writes the end of the line apart
    sys.stderr.flush()


@contextmanager
def alive(what: str, how_far: Callable[[], str] = str) -> Iterator[None]:
    """Say every few seconds that `what` still runs, until the block ends.

    Args:
        how_far: the latest that is known of it; "" if nothing is.
    """
    over, began = threading.Event(), time.monotonic()

    def report() -> None:
        while not over.wait(EVERY_SECONDS):
            latest = " ".join(how_far().split())
            line = f"{what}: {time.monotonic() - began:.0f} s so far{': ' if latest else ''}{latest}"
            say(line if len(line) <= MAX_LETTERS else f"{line[: MAX_LETTERS - 1]}…")

    reporter = threading.Thread(target=report, daemon=True)
    reporter.start()
    try:
        yield
    finally:
        over.set()
        reporter.join()
