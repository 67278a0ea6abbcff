"""What a long command prints: results on stdout, and on stderr the stages, with the seconds since it began."""

import sys
import time
from typing import TextIO

_started = time.monotonic()


def stage(text: str) -> None:
    """What is being done now."""
    _write(f"[{time.monotonic() - _started:5.1f} s] {text}", sys.stderr)


def result(text: str) -> None:
    """What was done."""
    _write(text, sys.stdout)


def _write(text: str, stream: TextIO) -> None:
    # `print` writes the end of a line apart from it, so a line of the other stream could come between.
    stream.write(f"{text}\n")
    stream.flush()
