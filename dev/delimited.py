"""Read a table of delimited text (CSV, RFC 4180): each cell as its column is declared, or else as the text that it is.

A text where a number was declared breaks the contract, which names it. With the standard library alone: `make new`
reads a table on the host as training reads it in the image.
"""

import csv
import datetime as dt
import itertools
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from shared.errors import ParityError

MISSING = ("", "NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "NULL", "null", "None", "?")
"""What may stand for nothing."""
END = "\0"
"""Behind the last line: in a cell, it has none."""
INTEGER_BITS = 63
"""Of a whole number without its sign, in the contract."""


class Reading(Protocol):
    """From a cell's text to its value; ValueError if it is none."""

    def __call__(self, cell: str) -> Any:
        """The value."""
        ...


@dataclass(frozen=True)
class Text:
    """Any text."""

    def __call__(self, cell: str) -> str:
        """The text itself."""
        return cell


@dataclass(frozen=True)
class YesNo:
    """One of two words, in any case."""

    yes: str
    no: str

    def __call__(self, cell: str) -> bool:
        """Whether it is the one for yes."""
        word = cell.casefold()
        if word not in (self.yes.casefold(), self.no.casefold()):
            raise ValueError(cell)
        return word == self.yes.casefold()


@dataclass(frozen=True)
class Number:
    """A number, or only a whole one of 64 bits.

    Attributes:
        point, group: what separates decimals and thousands.
        mark: what may stand before or behind, such as a currency's sign.
    """

    whole: bool = False
    point: str = "."
    group: str = ""
    mark: str = ""

    def __call__(self, cell: str) -> int | float:
        """The number; neither infinity nor NaN is one."""
        text = bare(cell, self.mark) if self.mark else cell
        if self.group:
            begin, _, end = text.partition(self.point)
            if self.group in end or (self.group in begin and not re.fullmatch(self._groups, begin)):
                raise ValueError(cell)
            text = text.replace(self.group, "")
        text = text if self.point == "." else text.replace(".", "x").replace(self.point, ".")
        if not re.fullmatch(r"[+-]?\d+" if self.whole else r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text, re.ASCII):
            raise ValueError(cell)
        number = int(text) if self.whole else float(text)
        if (number.bit_length() > INTEGER_BITS) if isinstance(number, int) else math.isinf(number):
            raise ValueError(cell)
        return number

    @property
    def _groups(self) -> str:
        return rf"[+-]?[1-9]\d{{0,2}}(?:{re.escape(self.group)}\d{{3}})+"


def bare(cell: str, marks: str) -> str:
    """A cell without a mark at its begin, after its sign, or at its end: -$5 and 5 % are -5 and 5."""
    return re.sub(rf"^([+-]?)[{re.escape(marks)}] ?|(?<=\d) ?[{re.escape(marks)}]$", r"\1", cell, count=1)


@dataclass(frozen=True)
class Moment:
    """A time: ISO 8601, also with UTC behind it, or in a form of `strptime`; one without an offset is UTC's."""

    form: str = ""

    def __call__(self, cell: str) -> dt.datetime:
        """The time, with an offset."""
        time = (
            dt.datetime.strptime(cell, self.form) if self.form else dt.datetime.fromisoformat(cell.removesuffix(" UTC"))
        )
        time = time if time.tzinfo else time.replace(tzinfo=dt.UTC)
        try:
            time.astimezone(dt.UTC)
        except OverflowError:  # of the calendar's first day, or its last
            raise ValueError(cell) from None
        return time


@dataclass(frozen=True, kw_only=True)
class Form:
    """How a file is written: its encoding, what stands between cells, and what stands for nothing."""

    encoding: str
    delimiter: str
    missing: tuple[str, ...]


def lines(path: Path, form: Form) -> Iterator[tuple[int, list[str]]]:
    """The rows of a file, the header first: the number of the line that it ends in, and its cells without outer spaces.

    Lines that are empty are left out.

    Raises:
        ParityError: a cell has no end.
    """
    with path.open(encoding=form.encoding, newline="") as file:
        reader = csv.reader(itertools.chain(file, [END]), delimiter=form.delimiter, skipinitialspace=True)
        begin = 1
        try:
            for cells in reader:
                if cells and cells[-1].endswith(END):
                    if cells != [END]:
                        raise csv.Error("a quote is not closed")
                    return
                if cells:
                    yield reader.line_num, [cell.strip() for cell in cells]
                begin = reader.line_num + 1
        except csv.Error as error:
            raise ParityError(
                "the table cannot be read as CSV",
                evidence=f"{path}, in the row from line {begin} on: {error}",
                remedy="close the quote, or double it where it is meant as such; or leave out a column of long texts",
            ) from None


def read(path: Path, form: Form, columns: Mapping[str, tuple[str, Reading]]) -> tuple[list[int], dict[str, list[Any]]]:
    """Some columns of a file.

    Args:
        columns: by the name that each is to have, its name in the file and how it is read.

    Returns:
        the line of each row; its values by column, None for nothing. A row with too many cells or too few has, in
        place of each, a text that says so. Of a time that cannot be read there is nothing.
    """
    rows = lines(path, form)
    header = next(rows)[1]
    places = [(name, header.index(column), reading) for name, (column, reading) in columns.items()]
    numbers: list[int] = []
    values: dict[str, list[Any]] = {name: [] for name in columns}
    for line, cells in rows:
        numbers.append(line)
        wrong = f"{len(cells)} cells, not {len(header)}" if len(cells) != len(header) else ""
        for name, place, reading in places:
            values[name].append(value(wrong or cells[place], reading, form))
    return numbers, values


def value(cell: str, reading: Reading, form: Form) -> Any:
    """What a cell holds: a value, None, or the text that is no value."""
    if cell in form.missing:
        return None
    try:
        return reading(cell)
    except ValueError:
        return None if isinstance(reading, Moment) else cell
