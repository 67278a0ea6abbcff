"""Read a table of delimited text (CSV, RFC 4180): each cell as its column is declared, or else as the text that it is.

A text where a number was declared breaks the contract, which names it. With the standard library alone: `make new`
reads a table on the host as training reads it in the image.
"""

import csv
import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

MISSING = ("", "NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "NULL", "null", "None", "?")
"""What may stand for nothing."""


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
    """A number, or only a whole one; `point` and `group` separate decimals and thousands."""

    whole: bool = False
    point: str = "."
    group: str = ""

    def __call__(self, cell: str) -> int | float:
        """The number; neither infinity nor NaN is one."""
        text = cell
        if self.group:
            begin, _, end = text.partition(self.point)
            if self.group in end or (self.group in begin and not re.fullmatch(self._groups, begin)):
                raise ValueError(cell)
            text = text.replace(self.group, "")
        text = text if self.point == "." else text.replace(".", "x").replace(self.point, ".")
        if not re.fullmatch(r"[+-]?\d+" if self.whole else r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text, re.ASCII):
            raise ValueError(cell)
        return int(text) if self.whole else float(text)

    @property
    def _groups(self) -> str:
        return rf"[+-]?\d{{1,3}}(?:{re.escape(self.group)}\d{{3}})+"


@dataclass(frozen=True)
class Moment:
    """A time: ISO 8601, or in a form of `strptime`; one without an offset is UTC's."""

    form: str = ""

    def __call__(self, cell: str) -> dt.datetime:
        """The time, with an offset."""
        time = dt.datetime.strptime(cell, self.form) if self.form else dt.datetime.fromisoformat(cell)
        return time if time.tzinfo else time.replace(tzinfo=dt.UTC)


@dataclass(frozen=True, kw_only=True)
class Form:
    """How a file is written: its encoding, what stands between cells, and what stands for nothing."""

    encoding: str
    delimiter: str
    missing: tuple[str, ...]


def lines(path: Path, form: Form) -> Iterator[tuple[int, list[str]]]:
    """The rows of a file, the header first: the number of the line that it ends in, and its cells without outer spaces.

    Lines that are empty are left out.
    """
    with path.open(encoding=form.encoding, newline="") as file:
        reader = csv.reader(file, delimiter=form.delimiter, skipinitialspace=True)
        for cells in reader:
            if cells:
                yield reader.line_num, [cell.strip() for cell in cells]


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
