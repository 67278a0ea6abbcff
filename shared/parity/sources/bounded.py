"""Run a command whose output nobody vouches for: so many bytes and so many seconds, and no more."""

import subprocess
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from subprocess import PIPE
from typing import IO

MAX_OUTPUT_BYTES = 64 << 20
"""Of standard output, which is kept; and of standard error, whose end is."""
KEPT_ERROR_BYTES = 64 << 10
CHUNK = 1 << 16


@dataclass(frozen=True)
class Done:
    """What a command came to.

    Attributes:
        code: its exit code.
        output: what it printed.
        error: the end of what it wrote on standard error.
        cut: why it was ended; empty if it ended by itself.
    """

    code: int
    output: bytes
    error: bytes
    cut: str = ""


class _Reader(threading.Thread):
    """Reads a stream to its end; keeps the first bytes or the last."""

    def __init__(self, stream: IO[bytes], limit: int, process: "subprocess.Popen[bytes]", kept: int = 0) -> None:
        super().__init__(daemon=True)
        self._stream, self._limit, self._process, self._kept = stream, limit, process, kept
        self.content = bytearray()
        self.too_much = False

    def run(self) -> None:
        """Until the end, or the limit."""
        count = 0
        with self._stream:
            for part in iter(lambda: self._stream.read1(CHUNK), b""):  # type: ignore[attr-defined]
                count += len(part)
                if count > self._limit:
                    self.too_much = True
                    self._process.kill()
                    return
                self.content += part
                if self._kept and len(self.content) > 2 * self._kept:
                    del self.content[: -self._kept]


def run(command: Sequence[str], given: bytes | IO[bytes], seconds: float) -> Done:
    """Run a command, and give it bytes or a file.

    Raises:
        OSError: there is no such command.
    """
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, stderr=PIPE) as process:
        assert process.stdin and process.stdout and process.stderr  # noqa: S101  # PIPE makes them
        output = _Reader(process.stdout, MAX_OUTPUT_BYTES, process)
        error = _Reader(process.stderr, MAX_OUTPUT_BYTES, process, KEPT_ERROR_BYTES)
        feeder = threading.Thread(target=_feed, args=(process.stdin, given), daemon=True)
        for thread in (output, error, feeder):
            thread.start()
        cut = ""
        try:
            process.wait(seconds)
            for thread in (output, error):
                thread.join(seconds)
        except subprocess.TimeoutExpired:
            cut = f"ran for more than {seconds:g} seconds"
        finally:
            process.kill()
            for thread in (output, error, feeder):
                thread.join(1)
        if output.too_much or error.too_much:
            cut = f"printed more than {MAX_OUTPUT_BYTES >> 20} MiB"
    return Done(process.returncode, bytes(output.content), bytes(error.content[-KEPT_ERROR_BYTES:]), cut)


def _feed(stream: IO[bytes], given: bytes | IO[bytes]) -> None:
    with suppress(OSError, ValueError), stream:  # it may end before it has read all
        parts = [given] if isinstance(given, bytes) else iter(lambda: given.read(CHUNK), b"")
        for part in parts:
            stream.write(part)
