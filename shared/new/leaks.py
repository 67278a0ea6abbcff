"""Columns that tell the target by themselves: mostly they are known only after it."""

import itertools
import math
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

FEW = 50
"""Different values of a column that may each stand for one class."""
STRAIGHT = 0.9999
"""Correlation from which one number is the other, in another unit."""


@dataclass
class Relation:
    """What a column says of the target, value by value."""

    rows: int = 0
    _classes: dict[Hashable, Hashable] | None = field(default_factory=dict)
    _ranges: dict[Hashable, tuple[float, float]] = field(default_factory=dict)
    _sums: list[float] = field(default_factory=lambda: [0.0] * 5)

    def note(self, value: Any, truth: Any, *, is_class: bool) -> None:
        """Count a row; None is no value."""
        if value is None:
            return
        self.rows += 1
        number = float(value) if isinstance(value, int | float) else None
        if is_class:
            if self._classes is not None:
                conflict = self._classes.setdefault(value, truth) != truth
                self._classes = None if conflict or len(self._classes) > FEW else self._classes
            if number is not None:
                low, high = self._ranges.get(truth, (number, number))
                self._ranges[truth] = min(low, number), max(high, number)
        elif number is not None:
            for at, part in enumerate((number, truth, number * number, truth * truth, number * truth)):
                self._sums[at] += part

    def tells(self) -> str:
        """How it tells the target; "" if it does not."""
        if self._classes and 2 <= len(self._classes) < self.rows / 2 and len({*self._classes.values()}) > 1:
            return "each of its values stands for one value of the target"
        ranges = sorted(self._ranges.values())
        if len(ranges) > 1 and all(high < low for (_, high), (low, _) in itertools.pairwise(ranges)):
            return "its ranges for the values of the target do not overlap"
        x, y, xx, yy, xy = self._sums
        spread = (self.rows * xx - x * x) * (self.rows * yy - y * y)
        if spread > 0 and abs(self.rows * xy - x * y) / math.sqrt(spread) > STRAIGHT:
            return "it is the target, in another unit or the same"
        return ""
