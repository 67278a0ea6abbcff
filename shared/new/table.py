"""How a user's file is written: its encoding, its delimiter and its header, or why it cannot be used."""

import codecs
import contextlib
import csv
import itertools
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from dev.delimited import MISSING, Form, Moment, Number, lines
from shared.errors import ParityError

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
HEAD = 100
"""Lines that the delimiter is looked for in."""
CHUNK = 1 << 20


class TableError(ParityError):
    """The file cannot be used as it is; nothing has been written."""


def form(path: Path) -> tuple[Form, list[str]]:
    """How the file is written, and the names of its columns.

    Raises:
        TableError: it is no table of text, has no header, or two columns of one name.
    """
    encoding = _encoding(path)
    found = Form(encoding=encoding, delimiter=_delimiter(path, encoding), missing=MISSING)
    try:
        header = next(lines(path, found))[1]
    except StopIteration:
        raise TableError("the file is empty", evidence=str(path), remedy="CSV=… of a file with a header") from None
    _check(header, path)
    return found, header


def _encoding(path: Path) -> str:
    try:
        with path.open("rb") as file:
            begin = file.read(4)
    except OSError as error:
        raise TableError("the file cannot be read", evidence=str(error), remedy="CSV=… of a file of yours") from None
    if begin.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates: tuple[str, ...] = ("utf-16",)
    else:
        candidates = ("utf-8-sig", "cp1252")
    evidence = ""
    for encoding in candidates:
        try:
            _decode(path, encoding)
            if encoding == "utf-8-sig" and not begin.startswith(codecs.BOM_UTF8):
                return "utf-8"
            return encoding
        except UnicodeError as error:
            evidence = evidence or f"{path}: {error}"
    raise TableError(
        "the file is not text in an encoding that can be recognized",
        evidence=evidence,
        remedy="save it as CSV in UTF-8; or: iconv -f ENCODING -t UTF-8 old.csv > new.csv",
    )


def _decode(path: Path, encoding: str) -> None:
    """Read all of it, a part at a time; text has no control characters besides tabs and ends of lines."""
    with path.open(encoding=encoding, newline="") as file:
        while text := file.read(CHUNK):
            for letter in set(text):
                if unicodedata.category(letter) == "Cc" and letter not in "\t\r\n\x85":
                    raise UnicodeError(f"{letter!r} in what should be text")


def _delimiter(path: Path, encoding: str) -> str:
    """The one by which most lines have as many cells, and the most of them."""

    def score(delimiter: str) -> tuple[int, int]:
        with path.open(encoding=encoding, newline="") as file:
            head = itertools.islice(csv.reader(file, delimiter=delimiter), HEAD)
            counts = Counter(map(len, _whole(head)))
        width, often = max(counts.items(), key=lambda item: (item[1], item[0])) if counts else (1, 0)
        return (often, width) if width > 1 else (0, 1)

    return max(DELIMITERS, key=score)


def _whole(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    """The rows before one that cannot be read."""
    with contextlib.suppress(csv.Error):
        yield from filter(None, rows)


def _check(header: list[str], path: Path) -> None:
    if len(header) < 2:
        raise TableError(
            "the file has one column, and a model learns one from others",
            evidence=f"{path} begins with {header[0][:60]!r}; it may be separated by something else than commas, "
            "semicolons, tabs or bars",
            remedy="save it as CSV, with commas",
        )
    values = [cell for cell in header if _is_value(cell)]
    if values:
        raise TableError(
            "the file has no header: its first line holds values",
            evidence=f"{path}, line 1: {', '.join(values[:3])}",
            remedy="put a line with the names of the columns before it",
        )
    twice = [name for name, count in Counter(header).items() if count > 1]
    if twice:
        raise TableError(
            "two columns have the same name",
            evidence=f"{path}, line 1: {', '.join(name or '(empty)' for name in twice)}",
            remedy="give each column a name of its own",
        )


def _is_value(cell: str) -> bool:
    for reading in (Number(), Moment()):
        try:
            reading(cell)
            return True
        except ValueError:
            pass
    return False
