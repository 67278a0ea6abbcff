"""The year as one page: no script, nothing from elsewhere, the record inside it."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2

WIDTH, HEIGHT = 420, 270
LEFT, RIGHT, TOP, BOTTOM = 52, 12, 14, 40
STEPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
MOST_STEPS = 6
TITLES = {
    "roc_auc": ("ROC AUC", "higher is better"),
    "calibration_error": ("Calibration error", "expected calibration error; lower is better"),
}
MODELS = {"retrained": "as served, retrained", "first": "first model, never retrained"}


@dataclass(frozen=True)
class Point:
    """A month's score of one model, in the plot's coordinates."""

    x: float
    y: float
    month: str
    value: float


@dataclass(frozen=True)
class Plot:
    """One score over the year.

    Attributes:
        lines: points of each model.
        ticks: values on the vertical axis, with where they are.
        months: names on the horizontal axis, with where they are.
        reloads: where another model began to serve.
        corrupted: left edge and width of each corrupted month.
    """

    name: str
    title: str
    note: str
    lines: Mapping[str, Sequence[Point]]
    ticks: Sequence[tuple[float, float]]
    months: Sequence[tuple[str, float]]
    reloads: Sequence[float]
    corrupted: Sequence[tuple[float, float]]


def plot(months: Sequence[Mapping[str, Any]], score: str) -> Plot:
    """Lay out one score; the vertical axis has round numbers, and goes no further than the scores do."""
    values: list[float] = [month["scores"][model][score] for month in months for model in MODELS]
    unit = next(each for each in STEPS if math.ceil(max(values) / each) - math.floor(min(values) / each) <= MOST_STEPS)
    first, last = math.floor(min(values) / unit), max(math.ceil(max(values) / unit), math.floor(min(values) / unit) + 1)
    low, high = first * unit, last * unit
    step = (WIDTH - LEFT - RIGHT) / len(months)

    def x(at: float) -> float:
        return round(LEFT + step * at, 1)

    def y(value: float) -> float:
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (high - value) / (high - low), 1)

    lines = {
        model: [
            Point(x(at + 0.5), y(month["scores"][model][score]), month["month"], month["scores"][model][score])
            for at, month in enumerate(months)
        ]
        for model in MODELS
    }
    ticks = [number * unit for number in range(first, last + 1)]
    return Plot(
        score,
        *TITLES[score],
        lines,
        [(value, y(value)) for value in ticks],
        [(month["month"][-2:], x(at + 0.5)) for at, month in enumerate(months)],
        [x(at) for at, month in enumerate(months) if month["reloading"] is not None],
        [(x(at), round(step, 1)) for at, month in enumerate(months) if month["corrupted"]],
    )


def render(record: Mapping[str, Any]) -> str:
    """The page."""
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    template = environment.from_string(Path(__file__).with_name("page.html").read_text())
    months = record["months"]
    return template.render(
        record=record,
        embedded=json.dumps(record).replace("<", "\\u003c"),
        plots=[plot(months, score) for score in TITLES],
        models=MODELS,
        size=(WIDTH, HEIGHT),
        frame=(LEFT, TOP, WIDTH - RIGHT, HEIGHT - BOTTOM),
        requests=sum(month["requests"] for month in months),
        failed=sum(month["failed"] for month in months),
        reloads=[month for month in months if month["reloading"] is not None],
    )
