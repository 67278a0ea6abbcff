"""The year as one page, with a plot of every score."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dev import pages
from dev.plotting import Point, Scale

TEMPLATE = Path(__file__).with_name("page.html")
WIDTH, HEIGHT = 420, 270
LEFT, RIGHT, TOP, BOTTOM = 52, 12, 14, 40
STEPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
MAX_STEPS = 6
TITLES = {
    "roc_auc": ("ROC AUC", "higher is better"),
    "calibration_error": ("Calibration error", "expected calibration error; lower is better"),
}
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
    unit = next(unit for unit in STEPS if math.ceil(max(values) / unit) - math.floor(min(values) / unit) <= MAX_STEPS)
    first, last = math.floor(min(values) / unit), max(math.ceil(max(values) / unit), math.floor(min(values) / unit) + 1)
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
        models=MODELS,
        size=(WIDTH, HEIGHT),
        frame=(LEFT, TOP, WIDTH - RIGHT, HEIGHT - BOTTOM),
        requests=sum(month["requests"] for month in months),
        failed=sum(month["failed"] for month in months),
        reloads=[month for month in months if month["reloading"] is not None],
    )
