"""What each column becomes: a field of the contract, or nothing, each with the reason."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dev.delimited import Moment, Number, Reading, Text, YesNo
from shared.new import names
from shared.new.profile import Column, has_clock

FEW = 20
"""Texts that a field may list; with more, any text will do."""
SEEN = 5
"""Rows that each of them must have."""
NEARLY_ALL = 0.5
"""Share of rows with a text of their own, from which a column is free text."""
MARGIN = 0.1
"""Of a range, on both sides."""
IDENTIFIERS = {
    "id",
    "ids",
    "key",
    "uuid",
    "guid",
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
        return f"it is always {next(iter(column.distinct))!r}"
    if column.unique and column.known > SEEN:
        if isinstance(column.reading, Text):
            return "each row has another text: an identifier"
        words = {*names.field(column.header, column.number, ()).split("_")}
        counted = isinstance(column.low, int) and column.high - column.low == column.known - 1
        if isinstance(column.reading, Number) and column.reading.whole and (counted or words & IDENTIFIERS):
            return "each row has another number: an identifier"
    if isinstance(column.reading, Text) and (
        column.distinct is None or len(column.distinct) > NEARLY_ALL * column.known
    ):
        return "nearly each row has another text"
    return ""


def field(column: Column, name: str, *, time: bool) -> Field:
    """What a column becomes."""
    nullable = column.missing > 0 and not time
    seen = f"{column.missing:,} empty" if column.missing else ""
    match column.reading:
        case YesNo():
            return Field(name, column.header, "boolean", column.reading, nullable, seen)
        case Number(whole=whole):
            low, high = limits(column.low, column.high, whole=whole)
            seen = ", ".join(filter(None, (f"{column.low} to {column.high} in the table", seen)))
            kind = "whole" if whole else "number"
            unit = UNITS.get(name.rpartition("_")[2], PLAIN)
            return Field(name, column.header, kind, column.reading, nullable, seen, unit, low, high)
        case Moment():
            seen = ", ".join(filter(None, (f"{column.low:%Y-%m-%d} to {column.high:%Y-%m-%d} in the table", seen)))
            years = (column.high - column.low).days >= TWO_YEARS
            return Field(
                name, column.header, "time", column.reading, nullable, seen, clock=has_clock(column), years=years
            )
    counts = column.distinct
    if counts is not None and len(counts) <= FEW and min(counts.values()) >= SEEN:
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
    margin = (high - low) * MARGIN
    step = 10.0 ** (math.floor(math.log10(high - low)) - 1) if high > low else 1.0
    step = max(step, 1.0) if whole else step
    wide_low = math.floor((low - margin) / step) * step
    wide_high = math.ceil((high + margin) / step) * step
    if low >= 0:
        wide_low = max(wide_low, 0)
    return (int(wide_low), int(wide_high)) if whole else (_neat(wide_low), _neat(wide_high))


def _neat(value: float) -> float:
    rounded = float(f"{value:.6g}")
    return int(rounded) if rounded.is_integer() and abs(rounded) < 1e15 else rounded


def named(columns: Sequence[Column], taken: Sequence[str]) -> list[str]:
    """A name for each column; none of those that are taken."""
    found: list[str] = []
    for column in columns:
        found.append(names.field(column.header, column.number, (*taken, *found)))
    return found
