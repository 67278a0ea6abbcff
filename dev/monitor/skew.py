"""Is the pipeline broken? What no world does, and what does not go away.

A season comes slowly, and moves what belongs together. A fault begins with a row. Three signs tell it, each taken as
the median of `STAY` windows in a row, so that a day by itself is none:

- *level*: a share that seasons leave alone (missing, the commonest value, which of two columns of one unit is larger)
  is far beyond all windows of training;
- *step*: a column no longer follows from those that told it (see `relations.py`: that is how Celsius shows on the
  warmest day as on the coldest), it varies many times as much or as little, or a category has other shares: beyond all
  windows of training, and reached within a few windows by a step that training never made in that time. After a gap
  of a month it may have moved by as much as within a month of training. What came before the first row is the log's,
  or else the end of training: a fault that is older than the model's first answer shows there;
- *names*: categories that training never saw come as others of the same column go: they were renamed. Those that only
  come are drift.

A mean that moves is no sign: storms and high pressure come within a day. Nothing is assumed of how rows depend on each
other: what is usual is the most extreme of training, and more by `MARGIN`, `ODDS` and `FLOORS`. The floors were settled
after a look at the months on which `tests/benchmarks/monitor.py` counts false alarms: its count is optimistic.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dev.monitor.finding import Finding, Kind
from dev.monitor.statistics import SCORE, Numbers
from dev.monitor.usual import Usual, medians
from shared.problem.features import CATEGORICAL
from shared.window import Statistic

STAY = 3
"""Windows whose median is taken: two of three must agree."""
MEMORY = 10
"""Windows within which a step is one: a unit shows less on some days than on others."""
MARGIN = 1.25
"""Times the largest step of training."""
ODDS = 2.0
"""Times the odds of the most extreme share of training."""
FLOORS = {"relation": 2.5, "spread": float(np.log(8)), "distance": 0.1}
"""Least step that counts: deviations, eight times as much or as little, a tenth of the rows."""
SHARE = 0.1
"""Share of the rows by which a level must be beyond training."""
LEVELS = ("missing", "repeats", "order")
MOSTLY = 0.5
"""Share of training's windows in which a statistic may be unknown for it to be used."""
MOST = 100.0
RENAMED = 0.5
"""Of the share of rows with unseen categories, what categories that are gone must have had."""
FEW = 0.01
"""Share of rows below which names are left alone."""

Measured = Sequence[Mapping[Statistic, float]]


@dataclass(frozen=True)
class Windows:
    """Windows in order of time, with those just before them.

    Attributes:
        measured: statistics of each.
        departures: median time of each one's flights, seconds since 1970.
        before: how many of the first ones are not to be judged.
    """

    measured: Measured
    departures: Sequence[float]
    before: int

    def values(self, statistic: Statistic) -> Numbers:
        """Of one statistic, shape (windows,); NaN where it could not be computed."""
        return np.array([each.get(statistic, np.nan) for each in self.measured], dtype="float64")


def skew(windows: Windows, usual: Usual) -> Iterator[Finding]:
    """What speaks for a broken pipeline."""
    stay = min(STAY, len(windows.measured) - windows.before)
    for (test, columns), training in usual.values.items():
        ours = windows.values((test, columns))
        if np.isnan(training).mean() > MOSTLY or np.isnan(ours[windows.before :]).all():
            continue
        if test in LEVELS:
            yield from _level((test, columns), ours[windows.before :], training, stay)
        elif test in FLOORS and (test != "distance" or columns[0] in CATEGORICAL) and columns[0] != SCORE:
            yield from _step((test, columns), windows, ours, usual, stay)
    for name in CATEGORICAL:
        yield from _renamed(name, windows, stay)


def _level(statistic: Statistic, ours: Numbers, training: Numbers, stay: int) -> Iterator[Finding]:
    test, columns = statistic
    found = medians(ours, stay)
    least, most = float(np.nanmin(training)), float(np.nanmax(training))
    low = min(_odds(1 / ODDS, least), least - SHARE) if test == "order" else 0.0
    high = max(_odds(ODDS, most), most + SHARE)
    beyond = np.flatnonzero((found < low) | (found > high))
    if len(beyond):
        value = float(found[beyond][np.argmax(np.maximum(found[beyond] - high, low - found[beyond]))])
        what = _LEVEL[test].format(*columns, value=value, low=least, high=most)
        yield Finding(Kind.SKEW, test, columns, what, value, low, high, int(beyond[0]), int(beyond[-1]) + stay - 1)


_LEVEL = {
    "missing": "{0} is missing in {value:.1%} of the rows; in training in {high:.1%} at most",
    "repeats": "one value of {0} is {value:.1%} of all; in training {high:.1%} at most",
    "order": "{0} is less than {1} in {value:.1%} of the rows; in training in {low:.1%} to {high:.1%}",
}


def _step(statistic: Statistic, windows: Windows, ours: Numbers, usual: Usual, stay: int) -> Iterator[Finding]:
    """The largest step within `MEMORY` windows, if training made none like it and was never there."""
    test, columns = statistic
    blocks, times = medians(ours, stay), medians(np.array(windows.departures), stay)
    size = stay if test == "relation" else 1  # a day of wrong weather in training would hide years of it later
    training = usual.medians(statistic, size)
    if np.isnan(training).all():
        return
    low, high = float(np.nanmin(training)), float(np.nanmax(training))
    worst: tuple[float, int, int] | None = None
    for at, now in enumerate(blocks):
        if at + stay - 1 < windows.before or not (now < low or now > high):
            continue
        for earlier in range(max(at - MEMORY, 0), at - stay + 1):
            reach = max(usual.reach(statistic, size, abs(times[at] - times[earlier])), FLOORS[test])
            ratio = abs(now - blocks[earlier]) / reach
            if ratio > MARGIN and (worst is None or ratio > worst[0]):
                worst = ratio, at, earlier
    if worst:
        _, at, earlier = worst
        then, now = float(blocks[earlier]), float(blocks[at])
        said = {"then": then, "now": now, "low": low, "high": high, "times": math.exp(min(abs(now - then), MOST))}
        what = _STEP[test].format(
            columns[0], others=" and ".join(columns[1:]), much="more" if now > then else "less", **said
        )
        first = max(at - windows.before, 0)
        yield Finding(Kind.SKEW, test, columns, what, now, low, high, first, first + stay - 1)


_STEP = {
    "relation": "{0} no longer follows from {others}: {now:+.1f} of its deviations off, {then:+.1f} before, "
    "{low:+.1f} to {high:+.1f} in training",
    "spread": "{0} varies {times:.0f} times {much} than before, and {much} than ever in training",
    "distance": "the shares of {0} are {now:.2f} away from training, {then:.2f} before; in training {high:.2f} at most",
}


def _renamed(name: str, windows: Windows, stay: int) -> Iterator[Finding]:
    unseen, vanished = (
        medians(windows.values((test, (name,)))[windows.before :], stay) for test in ("unseen", "vanished")
    )
    found = np.flatnonzero((unseen > FEW) & ((vanished > RENAMED * unseen) | (unseen > RENAMED)))
    if len(found):
        at = int(found[np.argmax(unseen[found])])
        what = (
            f"{unseen[at]:.1%} of the rows have a {name} that training never saw, "
            f"and those are gone that {vanished[at]:.1%} of training had: renamed"
        )
        yield Finding(
            Kind.SKEW, "unseen", (name,), what, float(unseen[at]), 0.0, FEW, int(found[0]), int(found[-1]) + stay - 1
        )


def _odds(factor: float, share: float) -> float:
    return factor * share / (1 + (factor - 1) * share)
