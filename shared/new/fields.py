"""What each column becomes: a field of the contract, or nothing, each with the reason."""

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from dev.delimited import INTEGER_BITS, Moment, Number, Reading, Text, YesNo
from shared.new import names
from shared.new.profile import Column, has_clock

FEW = 20
"""Texts that a field may list; with more, any text will do."""
SEEN = 5
"""Rows that each of them must have."""
LISTED = 80
"""Letters that each of them may have."""
NEARLY_ALL = 0.5
"""Share of rows with a text of their own, from which a column is free text."""
MARGIN = 0.1
"""Of a range, on both sides."""
PLAINLY_WRITTEN = 1e15
"""Numbers below it are written with all of their digits."""
NAMED = {"id", "ids", "key", "uuid", "guid"}
"""Words of a name by which a number names something, though it may come twice."""
IDENTIFIERS = {
    *NAMED,
    "nr",
    "no",
    "number",
    "index",
    "row",
    "rownames",
    "unnamed",
    "column",
}
UNITS = {
    "f": "degF", "fahrenheit": "degF", "c": "degC", "celsius": "degC", "mph": "mph", "kmh": "km/h", "mile": "mile",
    "miles": "mile", "km": "km", "m": "metre", "cm": "cm", "mm": "mm", "kg": "kg", "g": "g", "lb": "pound",
    "minute": "minute", "minutes": "minute", "hour": "hour", "hours": "hour", "second": "second", "seconds": "second",
    "day": "day", "days": "day", "month": "month", "months": "month", "years": "year", "age": "year",
    "percent": "percent", "pct": "percent", "hpa": "hPa", "degree": "degree", "degrees": "degree",
    "usd": "USD", "eur": "EUR", "gbp": "GBP", "dollars": "USD", "euros": "EUR",
}  # fmt: skip
"""By the last word of a field's name."""
TWO_YEARS = 730
MARKS = {"%": "percent", "€": "EUR", "$": "USD", "£": "GBP"}
"""Units of numbers, by the mark that stands beside them."""
PLAIN = ""
"""The unit of a number that has none."""


@dataclass(frozen=True)
class Field:
    """A field of the contract.

    Attributes:
        kind: boolean, whole, number, listed, text or time.
        low, high: of a number, with a margin.
        values: of a text that lists them.
        clock: whether a time is more than a date.
        years: whether times span two years or more, so that each month has been seen more than once.
    """

    name: str
    header: str
    kind: str
    reading: Reading
    nullable: bool
    seen: str
    unit: str = PLAIN
    low: float = 0
    high: float = 0
    values: tuple[str, ...] = ()
    longest: int = 0
    clock: bool = False
    years: bool = False


def left_out(column: Column, rows: int) -> str:
    """Why a column is none of the model's business; "" if it may be."""
    if not column.known:
        return "it is empty"
    if column.distinct is not None and len(column.distinct) == 1:
        return f"it is always {next(iter(column.distinct))!r}{' or empty' * bool(column.missing)}"
    many = column.distinct is None or len(column.distinct) > NEARLY_ALL * column.known
    if column.unique and column.known > SEEN:
        if isinstance(column.reading, Text):
            return "each row has another text: an identifier"
        words = _words(column)
        counted = isinstance(column.low, int) and column.high - column.low == column.known - 1
        if isinstance(column.reading, Number) and column.reading.whole and (counted or words & IDENTIFIERS):
            return "each row has another number: an identifier"
    if many and isinstance(column.reading, Text):
        return "nearly each row has another text"
    if many and is_named(column):
        return "nearly each row has another number: an identifier"
    return ""


def is_named(column: Column) -> bool:
    """Whether its whole numbers name something, as its own name tells."""
    return isinstance(column.reading, Number) and column.reading.whole and bool(_words(column) & NAMED)


def _words(column: Column) -> set[str]:
    return {*names.field(column.header, column.number, ()).split("_")}


def field(column: Column, name: str, *, time: bool) -> Field:
    """What a column becomes."""
    nullable = column.missing > 0 and not time
    seen = column.emptiness()
    match column.reading:
        case YesNo():
            return Field(name, column.header, "boolean", column.reading, nullable, seen)
        case Number(whole=whole):
            low, high = limits(column.low, column.high, whole=whole)
            seen = ", ".join(filter(None, (f"{column.low} to {column.high} in the table", seen)))
            kind = "whole" if whole else "number"
            unit = MARKS.get(column.reading.mark) or UNITS.get(name.rpartition("_")[2], PLAIN)
            return Field(name, column.header, kind, column.reading, nullable, seen, unit, low, high)
        case Moment():
            seen = ", ".join(filter(None, (f"{column.low:%Y-%m-%d} to {column.high:%Y-%m-%d} in the table", seen)))
            years = (column.high - column.low).days >= TWO_YEARS
            return Field(
                name, column.header, "time", column.reading, nullable, seen, clock=has_clock(column), years=years
            )
    counts = column.distinct
    if counts is not None and len(counts) <= FEW and min(counts.values()) >= SEEN and column.longest <= LISTED:
        seen = ", ".join(filter(None, (f"all {len(counts)} in the table", seen)))
        return Field(name, column.header, "listed", Text(), nullable, seen, values=tuple(sorted(counts)))
    many = f"{len(counts):,}" if counts is not None else "thousands of"
    seen = ", ".join(filter(None, (f"{many} different texts in the table", seen)))
    longest = max(32, 2 ** math.ceil(math.log2(2 * column.longest)))
    return Field(name, column.header, "text", Text(), nullable, seen, longest=longest)


def limits(low: float, high: float, *, whole: bool) -> tuple[float, float]:
    """A range with a margin, in round numbers; shares, percentages and counts keep their natural ends."""
    if low >= 0 and high <= 1:
        return 0, 1
    if low >= 0 and 90 <= high <= 100:
        return 0, 100
    margin = high * MARGIN - low * MARGIN
    power = math.floor(math.log10(margin)) if margin else 0
    power = max(power, 0) if whole else power
    step = Fraction(10) ** power
    wide_low = math.floor((Fraction(low) - Fraction(margin)) / step) * step
    wide_high = math.ceil((Fraction(high) + Fraction(margin)) / step) * step
    most = Fraction(2**INTEGER_BITS - 1 if whole else sys.float_info.max)
    ends = max(wide_low, Fraction(0) if low >= 0 else -most), min(wide_high, most)
    narrow = whole or max(map(abs, ends)) < PLAINLY_WRITTEN
    low, high = (int(end) if narrow and end.denominator == 1 else float(end) for end in ends)
    return low, high


def named(columns: Sequence[Column], taken: Sequence[str]) -> list[str]:
    """A name for each column; none of those that are taken."""
    found: list[str] = []
    for column in columns:
        found.append(names.field(column.header, column.number, (*taken, *found)))
    return found
