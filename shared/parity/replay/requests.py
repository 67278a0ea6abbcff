"""The golden requests of any image, and how their answers are judged: what a user gives on the command line."""

import json
import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.errors import ParityError

METHODS = ("POST", "PUT", "PATCH")
HTTP = re.compile(r"(?:([A-Za-z]+)\s+)?(?:(?:http://(?:localhost|127\.0\.0\.1))?(?::(\d{1,5}))?)?(/\S*)")


class RequestsError(ParityError):
    """Requests cannot be read, or are not answered."""


@dataclass(frozen=True)
class Rules:
    """How answers are judged.

    Attributes:
        tolerance: largest difference of a number that does not count; measured if it is None.
        threshold: from here on the label of a score is positive.
        label: the field that is the label; or the score, if there is a threshold.
    """

    tolerance: float | None = None
    threshold: float | None = None
    label: str | None = None


@dataclass(frozen=True)
class Requests:
    """What to ask, and how.

    Attributes:
        texts: JSON texts, as they are sent.
        words: the program that answers them line by line; empty if they go through the server.
        http: method and path, such as `POST /predict`; empty if a program answers.
        port: of the server; 0 if it is to be found.
        seconds: that one run may take.
        file: where they were read from.
        rules: how answers are judged.
    """

    texts: tuple[str, ...]
    words: tuple[str, ...]
    http: str
    port: int
    seconds: float
    file: str = ""
    rules: Rules = Rules()

    @property
    def values(self) -> tuple[Any, ...]:
        """The requests as JSON values."""
        return tuple(json.loads(text) for text in self.texts)

    @property
    def how(self) -> str:
        """How they are asked, in words."""
        return self.http or shlex.join(self.words)

    @property
    def options(self) -> str:
        """The options that a user typed for it."""
        how = f"--http {shlex.quote(self.http)}" if self.http else f"--predict {shlex.quote(shlex.join(self.words))}"
        return f"--golden {shlex.quote(self.file)} {how}"


def lines(text: str) -> list[str]:
    """The lines of JSON in a text: JSON itself may hold every line end that Unicode knows but this one."""
    return [line for line in text.split("\n") if line.strip()]


def read(golden: Path, predict: str | None, http: str | None, seconds: float, rules: Rules | None = None) -> Requests:
    """A file with a JSON value on each line, and a command line split as a shell would, or a method and a path.

    Raises:
        RequestsError: one of them cannot be read.
    """
    words = _words(predict) if predict is not None else ()
    where, port = _http(http) if http is not None else ("", 0)
    try:
        texts = tuple(lines(golden.read_bytes().decode("utf-8-sig")))
        if not texts:
            raise ValueError("it has no lines")
        for text in texts:
            json.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        raise RequestsError(
            f"{golden} holds no requests",
            evidence=f"{type(error).__name__}: {error}",
            remedy="write one request in JSON on each line",
        ) from error
    return Requests(texts, words, where, port, seconds, str(golden), rules or Rules())


def _words(text: str) -> tuple[str, ...]:
    try:
        words = tuple(shlex.split(text))
        if not words or not words[0]:
            raise ValueError("it is empty")
    except ValueError as error:
        raise RequestsError(
            "the command cannot be read", evidence=f"{text!r}: {error}", remedy="correct --predict"
        ) from None
    return words


def _http(text: str) -> tuple[str, int]:
    found = re.fullmatch(
        r"(?:([A-Za-z]+)\s+)?(?:(?:http://(?:localhost|127\.0\.0\.1))?(?::(\d{1,5}))?)?(/\S*)", text.strip()
    )
    method = (found[1] or METHODS[0]).upper() if found else ""
    if not found or method not in METHODS:
        raise RequestsError(
            "the HTTP request cannot be read",
            evidence=f"{text!r}: expected a method ({', '.join(METHODS)}) and a path",
            remedy="give both, such as --http 'POST /predict', or with a port: --http 'POST :8000/predict'",
        )
    return f"{method} {found[3]}", int(found[2] or 0)
