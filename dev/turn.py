"""One at a time may change a folder of models: each compares its model with the one that the last has published."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK = ".lock"
"""flock(2): the kernel lets go of it however its holder ends."""


@contextmanager
def turn(models: Path) -> Iterator[None]:
    """Wait until nobody else saves or publishes a model here, and clear away what one that was killed left behind."""
    models.mkdir(parents=True, exist_ok=True)
    with (models / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for partial in models.glob(".partial-*"):
            shutil.rmtree(partial, ignore_errors=True)
        yield
