"""Parts of a file of rows: where each begins and ends, and which bytes those are.

They are found by reading the file once, in order and with bounded memory; whoever scores one reads its bytes alone. CSV
(RFC 4180) ends a row where Python's `csv` does, so that a line end within quotes ends none.
"""

import csv
import hashlib
import io
import string
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from shared.errors import ParityError
from shared.problem.target import ROWS

CSV, JSON_LINES = "csv", "jsonl"
FORMS = {".csv": CSV, ".jsonl": JSON_LINES, ".ndjson": JSON_LINES}
"""By the end of a file's name."""
MAX_LINE_BYTES = 1 << 20
MAX_BYTES = 32 << 20
"""Of a partition, whatever its rows."""


@dataclass(frozen=True)
class Partition:
    """Some rows in a row.

    Attributes:
        number: among the partitions, from 0.
        first: the number of its first row in the file, from 0.
        rows: how many.
        offset, bytes: where they stand in the file.
        sha256: of those bytes.
    """

    number: int
    first: int
    rows: int
    offset: int
    bytes: int
    sha256: str


def form(path: Path) -> str:
    """How a file is written, by its name.

    Raises:
        ParityError: the name says neither.
    """
    if path.suffix.lower() in FORMS:
        return FORMS[path.suffix.lower()]
    raise ParityError(
        f"{path.name} is in no form that can be scored",
        evidence=f"its name ends in {path.suffix or 'nothing'}, and not in one of {', '.join(FORMS)}",
        remedy="write it as CSV with a header, or as JSON lines, one object a line",
    )


def header(path: Path) -> list[str]:
    """The columns of CSV, in order.

    Raises:
        ParityError: its first line cannot be read.
    """
    with path.open("rb") as file:
        begin = file.read(MAX_LINE_BYTES).decode("utf-8-sig", "replace")
    try:
        return next(csv.reader(io.StringIO(begin, newline=""), strict=True), [])
    except csv.Error as error:
        raise _no_csv(path, 1, error) from None


def partitions(path: Path, most: int) -> Iterator[Partition]:
    """The partitions of a file, of so many rows at most.

    Raises:
        ParityError: it is not clear where a row ends, or there are no rows.
    """
    with path.open("rb") as file:
        lines = Lines(file, path.name)
        try:
            records = (
                csv.reader(lines, strict=True)
                if form(path) == CSV
                else (line.strip(string.whitespace) for line in lines)
            )
            if form(path) == CSV:
                next(records, None)
            number = first = rows = 0
            lines.cut()
            for record in records:
                rows += bool(record)
                if rows == most or lines.bytes >= MAX_BYTES:
                    yield Partition(number, first, rows, *lines.cut())
                    number, first, rows = number + 1, first + rows, 0
        except csv.Error as error:
            raise _no_csv(path, lines.number, error) from None
    if rows:
        yield Partition(number, first, rows, *lines.cut())
    elif not first:
        raise ParityError(
            f"{path.name} has no rows",
            evidence=f"{path.stat().st_size} bytes{', and no row after the header' if form(path) == CSV else ''}",
            remedy=f"see what wrote it: expected {ROWS}, one or more",
        )


def _no_csv(path: Path, line: int, error: csv.Error) -> ParityError:
    return ParityError(
        f"{path.name} is no CSV, as far as line {line}",
        evidence=f"{error} (RFC 4180)",
        remedy="quote a text that holds a quote, a comma or a line end, and double the quotes in it",
    )


def content(path: Path, partition: Partition) -> bytes:
    """The bytes of a partition.

    Raises:
        ParityError: they are others than were found at first.
    """
    with path.open("rb") as file:
        file.seek(partition.offset)
        found = file.read(partition.bytes)
    if hashlib.sha256(found).hexdigest() != partition.sha256:
        raise ParityError(
            f"{path.name} has changed while it was scored",
            evidence=f"{partition.bytes} bytes at {partition.offset} have another SHA-256 than at first",
            remedy="once more, when nobody writes to it: what is still the same is not scored again",
        )
    return found


class Lines:
    """The lines of a file as text of its bytes, counted: what a CSV reader takes from it for a row is known.

    Attributes:
        number: of the line that was read last, from 1.
        bytes: read since the last cut.
    """

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file, self._name = file, name
        self._begin, self._hash = 0, hashlib.sha256()
        self.number = self.bytes = 0

    def __iter__(self) -> Iterator[str]:
        for line in iter(partial(self._file.readline, MAX_LINE_BYTES + 1), b""):
            self.number += 1
            self.bytes += len(line)
            if len(line) > MAX_LINE_BYTES:
                raise ParityError(
                    f"{self._name} has a line that is no row",
                    evidence=f"line {self.number} is longer than {MAX_LINE_BYTES:,} bytes",
                    remedy="write a row on a line",
                )
            self._hash.update(line)
            yield line.decode("latin-1")  # a letter a byte: quotes, commas and line ends are themselves in UTF-8

    def cut(self) -> tuple[int, int, str]:
        """Offset, length and SHA-256 of what was read since the last cut."""
        found = self._begin, self.bytes, self._hash.hexdigest()
        self._begin += self.bytes
        self.bytes, self._hash = 0, hashlib.sha256()
        return found
