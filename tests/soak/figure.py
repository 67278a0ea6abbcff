"""What a campaign found: a kind of fault, how often it was tried, the figure, and the bar it is held to."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One row of the table.

    Attributes:
        tried: what was done, with its number: the n beside every zero.
        held: whether the figure is within the bar.
    """

    kind: str
    tried: str
    figure: str
    bar: str
    held: bool


def table(figures: Iterable[Figure]) -> str:
    """As Markdown."""
    rows = [f"| {each.kind} | {each.tried} | {each.figure} | {each.bar} | {_held(each)} |" for each in figures]
    return "\n".join(["| kind of fault | n | figure | bar | |", "|---|---|---|---|---|", *rows])


def _held(figure: Figure) -> str:
    return "held" if figure.held else "**not held**"
