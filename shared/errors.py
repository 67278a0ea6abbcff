"""One base error: what happened, the evidence, and what to do next; how it is printed, and how programs end with it."""

import errno
import functools
import os
import re
import signal
import sys
import traceback
from collections.abc import Callable
from typing import ParamSpec

P = ParamSpec("P")
OUT_OF_SPACE = (errno.ENOSPC, errno.EDQUOT)
COMMAND = re.compile(r"(?:(?<=\s)|^):(?=:[A-Za-z])|#(?=#\w*\[)")
"""Where what a CI system would obey begins: `::error`, `##[error]`, `##vso[…]`."""


def printable(text: str) -> str:
    """The text on one line, as text: whoever wrote it can neither steer a terminal nor command a CI system.

    Line ends, control characters and marks of direction are spelled as Python spells them.
    """
    shown = "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)
    return COMMAND.sub(lambda found: f"\\x{ord(found[0]):02x}", shown)


class ParityError(Exception):
    """An error that a user can meet.

    Args:
        what: what happened, one sentence without a full stop.
        evidence: what was seen (paths, hashes, both sides of a comparison).
        remedy: a line to type or a change to make.

    Attributes:
        exit_code: 1 for a broken promise (parity, a damaged model), 2 if the question could not be decided.
    """

    exit_code = 2

    def __init__(self, what: str, *, evidence: str, remedy: str) -> None:
        super().__init__(what)
        self.what = what
        self.evidence = evidence
        self.remedy = remedy

    def __str__(self) -> str:
        parts = (self.what, f"  evidence: {self.evidence}", f"  remedy:   {self.remedy}")
        return "\n".join("\n            ".join(map(printable, part.splitlines() or [part])) for part in parts)


def program(main: Callable[P, int]) -> Callable[P, int]:
    """A decorator for what a program runs: errors go to stderr, and every end has its exit code.

    Returns:
        a function that returns the exit code of `main`, or of the error that it raised; 2 for any other
        exception, since 1 means "broken"; 130 after Ctrl-C, and 141 where the reader of the output is gone.
    """

    @functools.wraps(main)
    def run(*args: P.args, **kwargs: P.kwargs) -> int:
        try:
            try:
                return _run(functools.partial(main, *args, **kwargs))
            finally:
                sys.stdout.flush()
        except BrokenPipeError:  # the reader, such as `head`, has read enough
            nowhere = os.open(os.devnull, os.O_WRONLY)
            for stream in (sys.stdout, sys.stderr):  # Python flushes both when it ends
                os.dup2(nowhere, stream.fileno())
            return 128 + signal.SIGPIPE

    return run


def _run(main: Callable[[], int]) -> int:
    try:
        return main()
    except ParityError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt as interrupt:
        number: int = interrupt.args[0] if interrupt.args else signal.SIGINT
        return 128 + number
    except BrokenPipeError:
        raise
    except Exception as error:
        if isinstance(error, OSError) and (error.filename or error.errno in OUT_OF_SPACE):
            print(f"error: {_inaccessible(error)}", file=sys.stderr)
            return 2
        traceback.print_exc()
        print(f"error: {_unexpected(error)}", file=sys.stderr)
        return 2


def _inaccessible(error: OSError) -> ParityError:
    return ParityError(
        "a file cannot be read or written",
        evidence=str(error),
        remedy="see who may (ls -ld), and how much room is left (df -h); then once more",
    )


def _unexpected(error: Exception) -> ParityError:
    where = traceback.extract_tb(error.__traceback__)[-1]
    return ParityError(
        "the program failed, and nothing is decided",
        evidence=f"{type(error).__name__}: {error} ({where.filename}, line {where.lineno})",
        remedy="if the line is not yours, report it with the command that you typed and the lines above",
    )
