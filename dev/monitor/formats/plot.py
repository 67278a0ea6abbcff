"""A statistic over the windows, laid out for an SVG: its values, and the usual range."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from dev.monitor.drift import HIGH_IS_BAD, LOW_IS_BAD
from dev.monitor.judge import Judgement
from dev.plotting import Point, Scale
from dev.usual.statistics import TESTS
from shared.contract import TIME
from shared.times import from_timestamp
from shared.window import Statistic

WIDTH, HEIGHT = 320.0, 110.0
MONTHS_APART = 45.0
"""Room that the name of a month needs."""

GOOD_WHEN_LOW = (*HIGH_IS_BAD, "repeats")
GOOD_WHEN_HIGH = LOW_IS_BAD


@dataclass(frozen=True)
class StatisticPlot:
    """One statistic.

    Attributes:
        alternative: what it shows, in a sentence.
        points: one for a window; those beyond all windows of training are highlighted.
        top, bottom: of the band that shows the usual range.
        low, high: values at the lower and the upper edge.
        months: where each month begins, and its name.
    """

    title: str
    alternative: str
    points: list[Point]
    top: float
    bottom: float
    low: float
    high: float
    months: list[tuple[float, str]]


def plot(judged: Judgement, statistic: Statistic) -> StatisticPlot | None:
    """The plot, or None where there is nothing to draw."""
    values = np.array([window.statistics.get(statistic, np.nan) for window in judged.windows])
    if statistic not in judged.usual or np.isnan(values).all():
        return None
    usual = judged.usual[statistic]
    test, columns = statistic
    least = -np.inf if test in GOOD_WHEN_LOW else usual[0]
    most = np.inf if test in GOOD_WHEN_HIGH else usual[1]
    low, high = min(usual[0], float(np.nanmin(values))), max(usual[1], float(np.nanmax(values)))
    if low == high:
        low, high = low - 0.5, high + 0.5
    y = Scale(low, high, HEIGHT, 0)
    places = np.linspace(0, WIDTH, len(values)) if len(values) > 1 else np.array([WIDTH / 2])
    points = [
        Point(round(float(x), 1), y(value), f"{day:%-d %B}: {value:.3g}", not least <= value <= most)
        for x, value, day in zip(places, values.tolist(), _days(judged), strict=True)
        if value == value
    ]
    title = f"{test} of {', '.join(columns)}" if columns else TESTS[test]
    alternative = f"{TESTS[test]}{' of ' + ', '.join(columns) if columns else ''}: {len(points)} windows, "
    alternative += (
        f"{sum(point.highlighted for point in points)} beyond all of training ({usual[0]:.3g} to {usual[1]:.3g})"
    )
    months = list(_months(judged, places.tolist()))
    return StatisticPlot(title, alternative, points, y(usual[1]), y(usual[0]), low, high, months)


def _days(judged: Judgement) -> list[dt.datetime]:
    """Of its rows; of the answers, where rows have no time."""
    if TIME is None:
        return [dt.datetime.fromisoformat(window.first) for window in judged.windows]
    return [from_timestamp(window.time) for window in judged.windows]


def _months(judged: Judgement, places: list[float]) -> Iterator[tuple[float, str]]:
    month, last = None, -MONTHS_APART
    for x, day in zip(places, _days(judged), strict=True):
        if day.month != month and x - last >= MONTHS_APART and x <= WIDTH - MONTHS_APART / 2:
            yield x, f"{day:%b}"
            last = x
        month = day.month
