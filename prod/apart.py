"""A call in a process of its own: it may crash, hang or fill there, and is bounded in time and memory."""

import math
import multiprocessing
import resource
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

SECONDS = 120
EXTRA_BYTES = 2 << 30
"""Of address space, beyond what the process has when it begins."""


class Apart:
    """A call that begins now, in a copy of this process, which has to `end` it.

    What it returns may be read by whichever process is forked later, too.
    """

    def __init__(self, call: Callable[[], bytes]) -> None:
        context = multiprocessing.get_context("fork")
        self._answer, theirs = context.Pipe(duplex=False)
        self._process = context.Process(target=_child, args=(theirs, call), daemon=True)
        self._process.start()
        theirs.close()

    def read(self) -> bytes:
        """What it returns.

        Raises:
            TimeoutError: it does not return within `SECONDS`.
            EOFError: it has ended otherwise, or was read before.
        """
        if not self._answer.poll(SECONDS):
            raise TimeoutError
        return self._answer.recv_bytes()

    def ended(self) -> str:
        """How its process ends, which this waits for."""
        self._process.join()
        code = self._process.exitcode
        return f"signal {-code}" if code is not None and code < 0 else f"ending with exit code {code}"

    def end(self) -> None:
        """Whatever it does."""
        self._process.kill()
        self._process.join()
        self._answer.close()


def _child(answers: Connection, call: Callable[[], bytes]) -> None:
    _limit()
    answers.send_bytes(call())


def _limit() -> None:
    """Who asks for more gets a `MemoryError`, and who does not end is ended; before the parent is."""
    Path("/proc/self/oom_score_adj").write_text("1000")
    size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + EXTRA_BYTES, size + EXTRA_BYTES))
    seconds = math.ceil(SECONDS)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
