"""A statistic over the windows, as coordinates for an SVG: what it was, and what is usual."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from dev.monitor.drift import HIGH_IS_BAD, LOW_IS_BAD
from dev.monitor.judge import Judgement
from dev.monitor.statistics import TESTS
from shared.window import Statistic

WIDTH, HEIGHT = 320.0, 110.0
MONTHS_APART = 45.0
"""Names of months need so much room."""

GOOD_WHEN_LOW = (*HIGH_IS_BAD, "brier_score", "repeats")
GOOD_WHEN_HIGH = (*LOW_IS_BAD, "roc_auc")


@dataclass(frozen=True)
class Point:
    """A window: where it is drawn, whether it is beyond all windows of training, and in words."""

    x: float
    y: float
    beyond: bool
    words: str


@dataclass(frozen=True)
class Plot:
    """One statistic.

    Attributes:
        top, bottom: of the band of what is usual.
        low, high: values at the plot's lower and upper edge.
        months: where each begins, and its name.
    """

    title: str
    words: str
    points: list[Point]
    top: float
    bottom: float
    low: float
    high: float
    months: list[tuple[float, str]]


def plot(judged: Judgement, statistic: Statistic) -> Plot | None:
    """The plot, or None where there is nothing to draw."""
    values = np.array([each.statistics.get(statistic, np.nan) for each in judged.windows])
    if statistic not in judged.usual or np.isnan(values).all():
        return None
    usual = judged.usual[statistic]
    test, columns = statistic
    least = -np.inf if test in GOOD_WHEN_LOW else usual[0]
    most = np.inf if test in GOOD_WHEN_HIGH else usual[1]
    low, high = min(usual[0], float(np.nanmin(values))), max(usual[1], float(np.nanmax(values)))
    if low == high:
        low, high = low - 0.5, high + 0.5
    places = np.linspace(0, WIDTH, len(values)) if len(values) > 1 else np.array([WIDTH / 2])
    points = [
        Point(float(x), _y(value, low, high), not least <= value <= most, f"{day:%-d %B}: {value:.3g}")
        for x, value, day in zip(places, values.tolist(), _days(judged), strict=True)
        if value == value
    ]
    title = f"{test} of {', '.join(columns)}" if columns else TESTS[test]
    words = f"{TESTS[test]}{' of ' + ', '.join(columns) if columns else ''}: {len(points)} windows, "
    words += f"{sum(each.beyond for each in points)} beyond all of training ({usual[0]:.3g} to {usual[1]:.3g})"
    top, bottom = _y(usual[1], low, high), _y(usual[0], low, high)
    return Plot(title, words, points, top, bottom, low, high, list(_months(judged, places.tolist())))


def _y(value: float, low: float, high: float) -> float:
    return HEIGHT * (high - value) / (high - low)


def _days(judged: Judgement) -> list[dt.datetime]:
    return [dt.datetime.fromtimestamp(each.departures, dt.UTC) for each in judged.windows]


def _months(judged: Judgement, places: list[float]) -> Iterator[tuple[float, str]]:
    month, last = None, -MONTHS_APART
    for x, day in zip(places, _days(judged), strict=True):
        if day.month != month and x - last >= MONTHS_APART and x <= WIDTH - MONTHS_APART / 2:
            yield x, f"{day:%b}"
            last = x
        month = day.month
