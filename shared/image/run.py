"""Run other programs, each with a time limit, and turn their failures into a ParityError."""

import os
import subprocess
import sys
from collections.abc import Collection, Mapping
from itertools import takewhile
from pathlib import Path

from shared.errors import ParityError


class TimeLimitError(ParityError):
    """A program did not end in its time."""


def say(line: str) -> None:
    """Progress: one line a stage, on stderr, at once."""
    print(line, file=sys.stderr, flush=True)


def run(
    *command: str | Path,
    timeout: float,
    remedy: str = "make doctor",
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stdin: str | None = None,
    codes: Collection[int] = (0,),
) -> str:
    """Run a command and return its stdout.

    Args:
        timeout: seconds until the command is ended.
        remedy: what the user should do if it fails.
        env: variables to set on top of this process's own.
        codes: exit codes that are no failure.

    Raises:
        ParityError: it is missing, or failed; the end of its output is the evidence.
        TimeLimitError: it took too long; so is what it had printed by then.
    """
    words = [str(word) for word in command]
    name = _name(words)
    try:
        with subprocess.Popen(
            words,
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        ) as process:
            try:
                out, err = process.communicate(stdin, timeout)
            except BaseException:  # the time limit, or Ctrl-C
                _stop(process)
                raise
    except FileNotFoundError:
        raise ParityError(f"{words[0]} was not found", evidence=f"tried to run `{name}`", remedy=remedy) from None
    except subprocess.TimeoutExpired as error:
        printed = _tail(b"".join((error.stdout or b"", error.stderr or b"")).decode(errors="replace"))
        raise TimeLimitError(
            f"`{name}` did not end in {timeout:.0f} seconds",
            evidence=f"{' '.join(words)}\n    {printed}",
            remedy=remedy,
        ) from None
    if process.returncode not in codes:
        raise ParityError(f"`{name}` failed", evidence=_tail(err or out), remedy=remedy)
    return out


def _name(words: list[str]) -> str:
    """The program and its command, without options: `uv pip install`, `python3 -m pip`."""
    command = takewhile(lambda word: word == "-m" or not word.startswith("-"), words[1:3])
    return " ".join([Path(words[0]).name, *command])


def _stop(process: subprocess.Popen[str]) -> None:
    """End it politely, so that it can remove its temporary files; then by force."""
    process.terminate()
    try:
        process.communicate(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()


def _tail(output: str, lines: int = 15) -> str:
    return "\n    ".join(output.strip().splitlines()[-lines:]) or "(it printed nothing)"
