"""The year as one page, with a plot of every score."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from dev import pages
from dev.plotting import Point, Scale
from dev.scoring import SCORING
from shared.problem.target import ROWS

TEMPLATE = Path(__file__).with_name("page.html")
WIDTH, HEIGHT = 420, 270
LEFT, RIGHT, TOP, BOTTOM = 52, 12, 14, 40
STEPS = (1, 2, 5)
MAX_STEPS = 6
TITLES = SCORING.plotted
MODELS = {"retrained": "as served, retrained", "first": "first model, never retrained"}


@dataclass(frozen=True)
class ScorePlot:
    """One score over the year.

    Attributes:
        lines: points of every model.
        ticks: values on the vertical axis, with their coordinates.
        months: names on the horizontal axis, with their coordinates.
        reloads: where another model began to serve.
        corrupted: left edge and width of the corrupted months.
    """

    name: str
    title: str
    note: str
    lines: Mapping[str, Sequence[Point]]
    ticks: Sequence[tuple[float, float]]
    months: Sequence[tuple[str, float]]
    reloads: Sequence[float]
    corrupted: Sequence[tuple[float, float]]


def plot(months: Sequence[Mapping[str, Any]], score: str) -> ScorePlot:
    """Lay out one score; the vertical axis has round numbers, and goes no further than the scores do."""
    values: list[float] = [month["scores"][model][score] for month in months for model in MODELS]
    lowest, highest = min(values), max(values)
    unit = next(unit for unit in _steps() if math.ceil(highest / unit) - math.floor(lowest / unit) <= MAX_STEPS)
    first, last = math.floor(lowest / unit), max(math.ceil(highest / unit), math.floor(lowest / unit) + 1)
    x = Scale(0, len(months), LEFT, WIDTH - RIGHT)
    y = Scale(first * unit, last * unit, HEIGHT - BOTTOM, TOP)
    ticks = [number * unit for number in range(first, last + 1)]
    return ScorePlot(
        score,
        *TITLES[score],
        {model: [_point(month, model, score, x(at + 0.5), y) for at, month in enumerate(months)] for model in MODELS},
        [(value, y(value)) for value in ticks],
        [(month["month"][-2:], x(at + 0.5)) for at, month in enumerate(months)],
        [x(at) for at, month in enumerate(months) if month["reloading"] is not None],
        [(x(at), round(x(at + 1) - x(at), 1)) for at, month in enumerate(months) if month["corrupted"]],
    )


def _steps() -> Iterator[float]:
    """Round numbers, from a thousandth on."""
    return (step * 10.0**power for power in count(-3) for step in STEPS)


def _point(month: Mapping[str, Any], model: str, score: str, x: float, y: Scale) -> Point:
    value = month["scores"][model][score]
    return Point(x, y(value), f"{month['month']}, {MODELS[model]}: {value:.4f}")


def render(record: Mapping[str, Any]) -> str:
    """The page."""
    months = record["months"]
    return pages.render(
        TEMPLATE,
        record,
        plots=[plot(months, score) for score in TITLES],
        titles=TITLES,
        noun=ROWS,
        models=MODELS,
        size=(WIDTH, HEIGHT),
        frame=(LEFT, TOP, WIDTH - RIGHT, HEIGHT - BOTTOM),
        requests=sum(month["requests"] for month in months),
        failed=sum(month["failed"] for month in months),
        reloads=[month for month in months if month["reloading"] is not None],
    )
