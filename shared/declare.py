"""The words in which a problem is declared: what a row may hold, and what its fields are measured in."""

from collections.abc import Iterable

import msgspec
from msgspec import Meta


class Row(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A row of data and of a request; the problem's own, `shared.problem.contract.Row`, derives from it."""

    def broken_rules(self) -> Iterable[tuple[str, str]]:
        """The rules that no type can say and that this row breaks, as (field, what was expected)."""
        return ()

    def __post_init__(self) -> None:
        for field, expected in self.broken_rules():
            raise ValueError(f"{field}: expected {expected}")


def number(unit: str, low: float, high: float, description: str) -> Meta:
    """A number from `low` to `high`, in a unit or, where that is empty, in none.

    `unit` is as `shared/parity/units.py` spells it where it is one that people mistake for another.
    """
    return Meta(ge=low, le=high, description=description, extra_json_schema={"x-unit": unit} if unit else None)


def code(length: int, alphabet: str, description: str) -> Meta:
    """Text of so many letters out of an alphabet, written as in a regular expression's brackets."""
    # max_length as well: Python's `$` lets a trailing newline pass.
    return Meta(pattern=f"^[{alphabet}]{{{length}}}$", max_length=length, description=description)


def category(description: str) -> Meta:
    """Text of which the values are a `Literal`'s."""
    return Meta(description=description)


def text(longest: int, description: str) -> Meta:
    """Any text, of so many letters at most."""
    return Meta(max_length=longest, description=description)


def flag(description: str) -> Meta:
    """True or false."""
    return Meta(description=description)


def time(description: str, example: str) -> Meta:
    """A time with its offset from UTC (RFC 3339)."""
    return Meta(tz=True, description=description, examples=[example])
