"""Run other programs, each with a time limit, and turn their failures into a ParityError."""

import os
import subprocess
import threading
import time
from collections.abc import Collection, Mapping
from contextlib import nullcontext, suppress
from itertools import takewhile
from pathlib import Path
from typing import IO

from shared.errors import ParityError
from shared.image import checkout
from shared.image.progress import alive
from shared.image.progress import say as say


class TimeLimitError(ParityError):
    """A program did not end in its time."""


def run(
    *command: str | Path,
    timeout: float,
    remedy: str = "make doctor",
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stdin: str | None = None,
    codes: Collection[int] = (0,),
    activity: str = "",
) -> str:
    """Run a command and return its stdout.

    Args:
        timeout: seconds until the command is ended.
        remedy: what the user should do if it fails.
        env: variables to set on top of this process's own.
        codes: exit codes that are no failure.
        activity: what it does, for a sign of life every few seconds, with the last line that it printed.

    Raises:
        ParityError: it is missing, or failed; the end of its output is the evidence.
        TimeLimitError: it took too long; so is what it had printed by then.
    """
    words = [str(word) for word in command]
    name = _name(words)
    try:
        process = subprocess.Popen(
            words,
            cwd=cwd,
            env=environment(env),
            stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )
    except FileNotFoundError as error:
        missing = words[0] if error.filename != str(cwd) else str(cwd)
        raise ParityError(f"{missing} was not found", evidence=f"tried to run `{name}`", remedy=remedy) from None
    out, err = _Output(process.stdout), _Output(process.stderr)
    try:
        with alive(activity, lambda: err.last or out.last) if activity else nullcontext():
            _finish(process, stdin, timeout, (out, err))
    except subprocess.TimeoutExpired:
        _stop(process)
        raise TimeLimitError(
            f"`{name}` did not end in {timeout:.0f} seconds",
            evidence=f"{' '.join(words)}\n    {_tail(out.text + err.text)}",
            remedy=remedy,
        ) from None
    except BaseException:  # Ctrl-C
        _stop(process)
        raise
    if process.returncode not in codes:
        raise ParityError(f"`{name}` failed", evidence=_tail(err.text or out.text), remedy=remedy)
    return out.text


def environment(own: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's own, with the checkout's name for Compose, and other variables on top."""
    return {**os.environ, **checkout.variables(), **(own or {})}


class _Output:
    """What a program prints on one stream, read by a thread while it runs."""

    def __init__(self, stream: IO[str] | None) -> None:
        self._lines: list[str] = []
        self._stream = stream
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        if self._stream:
            with self._stream:
                self._lines.extend(self._stream)

    @property
    def text(self) -> str:
        """All of it so far."""
        return "".join(self._lines)

    @property
    def last(self) -> str:
        """The last line that is not empty."""
        return next((line for line in reversed(self._lines) if line.strip()), "")


def _finish(process: subprocess.Popen[str], stdin: str | None, timeout: float, outputs: Collection[_Output]) -> None:
    """Give it its input, and wait until it and its output end."""
    deadline = time.monotonic() + timeout
    if process.stdin:
        with suppress(BrokenPipeError), process.stdin:
            process.stdin.write(stdin or "")
    process.wait(timeout)
    for output in outputs:
        output.reader.join(max(0.0, deadline - time.monotonic()))
        if output.reader.is_alive():  # a child of it still writes
            raise subprocess.TimeoutExpired(process.args, timeout)


def _name(words: list[str]) -> str:
    """The program and its command, without options: `uv pip install`, `python3 -m pip`."""
    command = takewhile(lambda word: word == "-m" or not word.startswith("-"), words[1:3])
    return " ".join([Path(words[0]).name, *command])


def _stop(process: subprocess.Popen[str]) -> None:
    """End it politely, so that it can remove its temporary files; then by force."""
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()


def _tail(output: str, lines: int = 15) -> str:
    return "\n    ".join(output.strip().splitlines()[-lines:]) or "(it printed nothing)"
