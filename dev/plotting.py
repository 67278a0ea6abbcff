"""What plots drawn as SVG have in common: the way from a value to a coordinate, and points."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """A linear scale.

    Attributes:
        low, high: values at its two ends.
        start, end: coordinates of these ends.
    """

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The coordinate of a value, to a tenth."""
        return round(self.start + (self.end - self.start) * (value - self.low) / (self.high - self.low), 1)


@dataclass(frozen=True)
class Point:
    """A value as it is drawn.

    Attributes:
        x, y: coordinates.
        title: what it shows, in words.
        highlighted: whether it stands out.
    """

    x: float
    y: float
    title: str
    highlighted: bool = False
