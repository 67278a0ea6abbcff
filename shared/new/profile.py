"""What the columns of a file hold, read twice a row at a time: first how each is written, then what its values are."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from dev.delimited import Form, Moment, Number, Reading, Text, YesNo, bare, lines

DISTINCT = 2_000
"""Different values that are counted, of a column; with more it has many."""
UNIQUE = 200_000
"""Rows among which a value that comes twice is looked for."""
MISREAD = 0.005
"""Share of a column's cells that may be of another form than the rest."""
PATIENCE = 50
WORDS = (
    *("yes no", "y n", "true false", "t f", "on off"),
    *("ja nein", "wahr falsch", "oui non", "vrai faux", "si no", "sí no"),
)
USUAL = (Number(whole=True), Number())
GROUPED = (Number(whole=True, group=","), Number(group=","))
WITH_COMMA = (
    Number(point=","),
    Number(point=",", group="."),
    Number(point=",", group=" "),
    Number(whole=True, group=" "),
)
CONTINENTAL = Number(whole=True, point=",", group=".")
"""1.234 as a whole number: only where cells are separated by semicolons, as they are where decimals have a comma."""
MARKS = "%€$£"
"""What stands beside numbers."""
MARKED = 30
"""Letters of the longest cell in which they are looked for."""
DATES = ("%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%Y/%m/%d", "%m/%d/%y")
CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p")
MOMENTS = (Moment(), *(Moment(date + clock) for date in DATES for clock in CLOCKS))
DATED = re.compile(r"\d{1,4}([-/.])\d{1,2}\1\d|\d{8}")
"""How every time begins."""
LEADING_ZERO = re.compile(r"[+-]?0\d")
NUMERIC = re.compile(r"[+-]?\d+(?:[., ]\d{3})*(?:[.,]\d+)?")


@dataclass
class Column:
    """A column of the file.

    Attributes:
        reading: how its cells are read.
        known, missing, misread: counts of cells: with something in them, with nothing, of those that cannot be read so.
        distinct: how often each text occurs; None if there are more than can be counted.
        blanks: how nothing is written.
        unique: whether no text comes twice.
        longest: letters of the longest text.
        marks: what stands beside its numbers.
        numeric, odd: how many cells are numbers in some form, and the first that is none.
        codes: whether a number begins with a zero that means something.
        ambiguous: whether the day and the month of its dates may be the other way round.
        low, high: of its numbers or times.
    """

    header: str
    number: int
    reading: Reading = field(default_factory=Text)
    known: int = 0
    missing: int = 0
    misread: int = 0
    distinct: Counter[str] | None = field(default_factory=Counter)
    blanks: set[str] = field(default_factory=set)
    unique: bool = True
    longest: int = 0
    marks: set[str] = field(default_factory=set)
    numeric: int = 0
    odd: str = ""
    codes: bool = False
    ambiguous: bool = False
    low: Any = None
    high: Any = None
    _seen: set[str] = field(default_factory=set)
    _misses: dict[Reading, int] = field(default_factory=dict)

    def begin(self, form: Form) -> None:
        """Try every reading from now on."""
        comma = form.delimiter == ";"
        numbers = (CONTINENTAL, *USUAL, *WITH_COMMA, *GROUPED) if comma else (*USUAL, *GROUPED, *WITH_COMMA)
        # 20241231 is a date first: no numbers of another meaning are all dates.
        self._misses = dict.fromkeys((Moment(), *numbers, *MOMENTS), 0)

    def note(self, cell: str, form: Form) -> None:
        """Count a cell."""
        if cell in form.missing:
            self.missing += 1
            self.blanks.add(cell)
            return
        self.known += 1
        self.longest = max(self.longest, len(cell))
        if self.unique and self.known <= UNIQUE:
            self.unique = cell not in self._seen
            self._seen.add(cell)
        if self.distinct is not None:
            self.distinct[cell] += 1
            if len(self.distinct) > DISTINCT:
                self.distinct = None
        marks = set(cell).intersection(MARKS) if len(cell) <= MARKED else set()
        self.marks |= marks
        text = bare(cell, MARKS) if marks else cell
        self.codes = self.codes or bool(LEADING_ZERO.match(text))
        if NUMERIC.fullmatch(text):
            self.numeric += 1
        else:
            self.odd = self.odd or cell
        for reading in [*self._misses]:
            if not _reads(reading, text):
                self._misses[reading] += 1
                if self._misses[reading] > PATIENCE + 2 * MISREAD * self.known:
                    del self._misses[reading]

    def decide(self) -> None:
        """Choose how its cells are read."""
        self._seen.clear()
        cells = {cell.casefold(): cell for cell in self.distinct or ()}
        for yes, no in map(str.split, WORDS):
            if cells.keys() == {yes, no}:
                self.reading = YesNo(cells[yes], cells[no])
                return
        least = min(self._misses.values(), default=1)
        allowed = max(least, 0) if least <= MISREAD * self.known else -1
        fitting = [reading for reading, misses in self._misses.items() if misses <= allowed]
        if CONTINENTAL in fitting and Number() in fitting and not self._grouped():
            fitting.remove(CONTINENTAL)
        self.reading = fitting[0] if fitting and self.known else Text()
        self.ambiguous = sum(isinstance(reading, Moment) for reading in fitting) > 1
        if isinstance(self.reading, Number) and self.marks:
            self.reading = replace(self.reading, mark="".join(self.marks)) if len(self.marks) == 1 else Text()

    def _grouped(self) -> bool:
        return self.distinct is None or any("." in cell for cell in self.distinct)

    def emptiness(self) -> str:
        """How many cells hold nothing, and how that is written; "" if none does."""
        written = ", ".join(sorted(self.blanks - {""}))
        return (f"{self.missing:,} empty" + f" (as {written})" * bool(written)) * bool(self.missing)

    def misfit(self) -> str:
        """Why it is text, though most of it looks like numbers; "" if it does not."""
        if not isinstance(self.reading, Text) or self.codes or self.numeric < self.known / 2 or not self.known:
            return ""
        others = self.known - self.numeric
        if not others:
            return "its numbers are written in more than one way"
        return f"{others:,} of its {self.known:,} cells are no number, such as {self.odd[:MARKED]!r}"

    def measure(self, value: Any) -> None:
        """Count a value, in the second round."""
        if value is not None and not isinstance(value, str | bool):
            self.low = value if self.low is None else min(self.low, value)
            self.high = value if self.high is None else max(self.high, value)


def _reads(reading: Reading, cell: str) -> bool:
    if isinstance(reading, Number) and LEADING_ZERO.match(cell):
        return False  # 00123 is a code
    if isinstance(reading, Moment) and not DATED.match(cell):
        return False
    try:
        reading(cell)
        return True
    except (ValueError, OverflowError):
        return False


def columns(path: Path, form: Form, header: Sequence[str]) -> tuple[list[Column], int, dict[str, int]]:
    """The first round: how each column is written.

    Returns:
        the columns; the number of rows; why rows are broken, with counts.
    """
    found = [Column(name, number) for number, name in enumerate(header, 1)]
    for column in found:
        column.begin(form)
    rows, broken, last = 0, Counter[str](), 0
    first: dict[str, str] = {}
    for line, cells in _rows(path, form):
        begin, last = (last or line - 1) + 1, line
        if len(cells) != len(header):
            lost = line - begin + 1  # a quote that is not closed makes one row of many
            what = f"{len(cells)} cells, not {len(header)}"
            broken[first.setdefault(what, f"{what}, first in line {begin}")] += lost
            rows += lost
            continue
        rows += 1
        for column, cell in zip(found, cells, strict=True):
            column.note(cell, form)
    for column in found:
        column.decide()
    return found, rows, broken


def values(path: Path, form: Form, found: Sequence[Column]) -> Iterator[tuple[int, list[Any], list[Column]]]:
    """The second round: the line of each whole row, its values, and the columns in which it cannot be read."""
    for line, cells in _rows(path, form):
        if len(cells) != len(found):
            continue
        row: list[Any] = []
        wrong = []
        for column, cell in zip(found, cells, strict=True):
            try:
                row.append(None if cell in form.missing else column.reading(cell))
            except (ValueError, OverflowError):
                row.append(None)
                column.misread += 1
                wrong.append(column)
        if not wrong:
            for column, value in zip(found, row, strict=True):
                column.measure(value)
        yield line, row, wrong


def _rows(path: Path, form: Form) -> Iterator[tuple[int, list[str]]]:
    rows = lines(path, form)
    next(rows)
    yield from rows


def has_clock(column: Column) -> bool:
    """Whether its times are more than dates, as far as the first and the last tell."""
    midnight = dt.time()
    return any(time.time() != midnight for time in (column.low, column.high)) or "%H" in getattr(
        column.reading, "form", ""
    )
