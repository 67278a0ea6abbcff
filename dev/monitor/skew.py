"""Is the pipeline broken? Changes that the world does not make, and that last.

A season comes slowly, and moves related columns together. A fault begins with one row. It shows in three ways, always
in the median of `STAY` consecutive windows, so that a single odd day raises nothing:

- *level*: a share that seasons leave alone (missing values, the commonest value, which of two columns of one unit is
  larger) is far beyond all windows of training;
- *step*: a column no longer follows from its companions (see `dev/usual/relations.py`: so a changed unit shows on the
  hottest day as on the coldest), its spread grows or shrinks many times, or the shares of a category change: beyond all
  windows of training, and by a step within a few windows that training never made in that time. After a gap of a month
  a column may have moved by as much as within any month of training. What came before the first row is taken from the
  log, or else from the end of training: there a fault shows that is older than the model's first answer;
- *names*: categories that training never saw appear while others of the same column vanish: they were renamed. Names
  that only appear are drift.

A mean that moves is no sign of a fault: the world has days like no other. No assumption is made of how rows depend on
one another: the usual range is that of training, widened by `MARGIN`, `ODDS` and `FLOORS`, and further where training
had few windows, which know little of what is usual. The floors were chosen after a look at the months on which
`tests/benchmarks/monitor.py` counts false alarms: the count is optimistic.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from dev.distribution import scale_odds
from dev.monitor.reason import Kind, Reason
from dev.usual.statistics import SCORES, Numbers
from dev.usual.training import Usual, medians
from shared.columns import CATEGORICAL
from shared.window import Statistic

STAY = 3
"""Consecutive windows whose median is taken: two of three must agree."""
MEMORY = 10
"""Windows that a step may take: a changed unit shows less on some days than on others."""
MARGIN = 1.25
"""Factor on the largest step of training."""
ODDS = 2.0
"""Factor on the odds of the most extreme share of training."""
FLOORS = {"relation": 2.5, "spread": float(np.log(8)), "distance": 0.1}
"""Smallest step that counts: deviations, eight times the spread or an eighth, a tenth of the rows."""
MIN_EXCESS = 0.1
"""Share of rows by which a level must be beyond training."""
LEVELS = ("missing", "repeats", "order")
MAX_UNKNOWN = 0.5
"""Share of training's windows in which a statistic may be unknown and still be used."""
MAX_EXPONENT = 100.0
RENAMED = 0.5
"""Vanished categories must have had at least this part of the share of rows that unseen ones have."""
MIN_SHARE, MIN_ROWS = 0.01, 3
"""Share and number of rows below which unseen names are ignored."""
ENOUGH = 100
"""Windows of training from which on margins need not grow."""
CHANCE = 1e-3

Measured = Sequence[Mapping[Statistic, float]]


@dataclass(frozen=True)
class WindowSeries:
    """Windows in order of time, with those just before them.

    Attributes:
        measured: statistics of every window.
        times: median time of its rows, seconds since 1970; zeros where rows have none.
        before: how many windows at the beginning are not judged.
    """

    measured: Measured
    times: Sequence[float]
    before: int

    def values(self, statistic: Statistic) -> Numbers:
        """Of one statistic, shape (windows,); NaN where it is unknown."""
        return np.array([statistics.get(statistic, np.nan) for statistics in self.measured], dtype="float64")


def skew(windows: WindowSeries, usual: Usual) -> Iterator[Reason]:
    """Reasons to call the pipeline broken."""
    stay = min(STAY, len(windows.measured) - windows.before)
    for (test, columns), training in usual.values.items():
        ours = windows.values((test, columns))
        if np.isnan(training).mean() > MAX_UNKNOWN or np.isnan(ours[windows.before :]).all():
            continue
        if test in LEVELS:
            yield from _level((test, columns), ours[windows.before :], training, stay)
        elif test in FLOORS and (test != "distance" or columns[0] in CATEGORICAL) and columns[0] not in SCORES:
            yield from _step((test, columns), windows, ours, usual, stay)
    for name in CATEGORICAL:
        yield from _renamed(name, windows, stay, least_share(usual.rows))


def least_share(rows: int) -> float:
    """Share of so many rows below which unseen names are ignored."""
    return max(MIN_SHARE, MIN_ROWS / rows)


def caution(windows: int) -> float:
    """Factor on the margins where training had few windows: as Student's prediction interval grows, 1.4 for ten."""
    few, enough = (stats.t.isf(CHANCE, count - 1) * (1 + 1 / count) ** 0.5 for count in (max(windows, 2), ENOUGH))
    return max(float(few / enough), 1.0)


def _level(statistic: Statistic, ours: Numbers, training: Numbers, stay: int) -> Iterator[Reason]:
    test, columns = statistic
    found = medians(ours, stay)
    least, most = float(np.nanmin(training)), float(np.nanmax(training))
    odds, excess = ODDS * caution(len(training)), MIN_EXCESS * caution(len(training))
    low = min(scale_odds(least, 1 / odds), least - excess) if test == "order" else 0.0
    high = max(scale_odds(most, odds), most + excess)
    beyond = np.flatnonzero((found < low) | (found > high))
    if len(beyond):
        value = float(found[beyond][np.argmax(np.maximum(found[beyond] - high, low - found[beyond]))])
        what = _LEVEL[test].format(*columns, value=value, low=least, high=most)
        yield Reason(Kind.SKEW, test, columns, what, value, low, high, int(beyond[0]), int(beyond[-1]) + stay - 1)


_LEVEL = {
    "missing": "{0} is missing in {value:.1%} of the rows; in training in {high:.1%} at most",
    "repeats": "one value of {0} is {value:.1%} of all; in training {high:.1%} at most",
    "order": "{0} is less than {1} in {value:.1%} of the rows; in training in {low:.1%} to {high:.1%}",
}


def _step(statistic: Statistic, windows: WindowSeries, ours: Numbers, usual: Usual, stay: int) -> Iterator[Reason]:
    """The largest step within `MEMORY` windows, if training made none like it and was never there."""
    test, columns = statistic
    blocks, times = medians(ours, stay), medians(np.array(windows.times), stay)
    size = stay if test == "relation" else 1  # one wrong day in training must not hide all later ones
    training = usual.medians(statistic, size)
    if np.isnan(training).all():
        return
    low, high = float(np.nanmin(training)), float(np.nanmax(training))
    margin = MARGIN * caution(len(training))
    worst: tuple[float, int, int] | None = None
    for at, now in enumerate(blocks):
        if at + stay - 1 < windows.before or not (now < low or now > high):
            continue
        for earlier in range(max(at - MEMORY, 0), at - stay + 1):
            reach = max(usual.reach(statistic, size, abs(times[at] - times[earlier])), FLOORS[test])
            ratio = abs(now - blocks[earlier]) / reach
            if ratio > margin and (worst is None or ratio > worst[0]):
                worst = ratio, at, earlier
    if worst:
        _, at, earlier = worst
        then, now = float(blocks[earlier]), float(blocks[at])
        what = _STEP[test].format(
            columns[0],
            others=" and ".join(columns[1:]),
            more="more" if now > then else "less",
            then=then,
            now=now,
            low=low,
            high=high,
            times=math.exp(min(abs(now - then), MAX_EXPONENT)),
        )
        first = max(at - windows.before, 0)
        yield Reason(Kind.SKEW, test, columns, what, now, low, high, first, first + stay - 1)


_STEP = {
    "relation": "{0} no longer follows from {others}: {now:+.1f} standard deviations off, {then:+.1f} before, "
    "{low:+.1f} to {high:+.1f} in training",
    "spread": "{0} varies {times:.0f} times {more} than before, and {more} than ever in training",
    "distance": "the shares of {0} are {now:.2f} away from training, {then:.2f} before; in training {high:.2f} at most",
}


def _renamed(name: str, windows: WindowSeries, stay: int, least: float) -> Iterator[Reason]:
    unseen, vanished = (
        medians(windows.values((test, (name,)))[windows.before :], stay) for test in ("unseen", "vanished")
    )
    found = np.flatnonzero((unseen > least) & ((vanished > RENAMED * unseen) | (unseen > RENAMED)))
    if len(found):
        at = int(found[np.argmax(unseen[found])])
        what = (
            f"{unseen[at]:.1%} of the rows have a {name} that training never saw, and values that "
            f"{vanished[at]:.1%} of training had are gone: renamed"
        )
        yield Reason(
            Kind.SKEW,
            "unseen",
            (name,),
            what,
            float(unseen[at]),
            0.0,
            least,
            int(found[0]),
            int(found[-1]) + stay - 1,
        )
