"""A training ends with whoever asked for it: it reads its standard input, which closes when they are gone."""

import os
import sys
import threading

from shared.errors import ParityError

EXIT_CODE = 129
"""As after SIGHUP, which says the same of a terminal."""


def end_with_stdin() -> None:
    """From now on, end the process as soon as standard input does, whatever it is doing: nothing more is published.

    A closed connection sends no signal into a container. `python3 -m shared.image train` holds the other end.
    """
    threading.Thread(target=_wait, daemon=True).start()


def _wait() -> None:
    while os.read(sys.stdin.fileno(), 1 << 16):
        pass
    error = ParityError(
        "the training was cancelled, and nothing was published",
        evidence="standard input is closed: who asked for the model is gone",
        remedy="make dev; or without --attended, which ties a training to its client",
    )
    sys.stderr.write(f"error: {error}\n")
    sys.stderr.flush()
    os._exit(EXIT_CODE)  # a fit would not hear of an exception in this thread
