"""The card's chart: what was predicted against what happened, bin by bin."""

from dataclasses import dataclass
from typing import Any

from prod.form import sign
from shared.artifact import Passport
from shared.problem.target import ROWS


@dataclass(frozen=True)
class Point:
    """The rows of a bin, the mean of what was predicted of them, and what they were."""

    rows: int
    predicted: float
    was: float


@dataclass(frozen=True)
class Chart:
    """Points on a square, both of whose axes run from `low` to `high`.

    Attributes:
        predicted, happened: what the axes show.
        share: whether numbers are shares, written in percent.
    """

    title: str
    predicted: str
    happened: str
    points: list[Point]
    low: float
    high: float
    share: bool

    def place(self, value: float) -> float:
        """Where a value lies on an axis, from 0 to 1."""
        return (value - self.low) / (self.high - self.low)

    def written(self, value: float, digits: int = 1) -> str:
        """A value as text."""
        return f"{value:.{digits}%}" if self.share else f"{value:,.4g}"


def chart(passport: Passport) -> Chart:
    """The chart of a model."""
    target, bins = passport.target, passport.metrics["model"]["calibration"]
    if target["kind"] == "regression":
        unit = sign(target["unit"])
        points = _points(bins, "answer", "truth")
        ends = [value for point in points for value in (point.predicted, point.was)]
        low, high = min(ends), max(ends)
        high = high if high > low else low + 1
        name = f"{target['name'].replace('_', ' ')}{f', {unit}' if unit else ''}"
        return Chart(
            f"Predicted {name} against the truth", f"predicted {name}", "truth", points, low, high, share=False
        )
    of = f"{ROWS} that were {target['positive']}" if target["kind"] == "binary" else f"{ROWS} with the right class"
    happened = f"share {target['positive']}" if target["kind"] == "binary" else "share right"
    title = f"Predicted probability against the share of {of}"
    return Chart(title, "predicted probability", happened, _points(bins, "probability", "share"), 0, 1, share=True)


def _points(bins: list[dict[str, Any]], predicted: str, was: str) -> list[Point]:
    return [Point(part["rows"], part[predicted], part[was]) for part in bins]
