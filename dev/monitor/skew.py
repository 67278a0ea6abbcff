"""Is the pipeline broken? What no world does, and what does not go away.

A season comes slowly, and moves what belongs together. A fault begins with a row. Three signs tell it, each taken as
the median of `STAY` windows in a row, so that a day by itself is none:

- *level*: a share that seasons leave alone (missing, the commonest value, which of two columns of one unit is larger)
  is beyond all windows of training; or a column no longer follows from those that told it (see `relations.py`), which
  a unit changed in one of them does on the warmest day as on the coldest;
- *step*: the mean or the spread of a number, or the shares of a category, moved from one window to the next by more
  than they ever did in training within that time. After a gap of a month they may have moved by as much as within
  a month. What came before the first row is the log's, or else the end of training: a fault that is older than the
  model's first answer shows there;
- *names*: categories that training never saw come as others of the same column go: they were renamed. Those that only
  come are drift.

Nothing is assumed of how rows depend on each other: what is usual is the most extreme of training, and as much more as
`MARGIN` says, which was chosen on training months (`tests/benchmarks/monitor.py` counts false alarms).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dev.monitor.finding import Finding, Kind
from dev.monitor.statistics import Numbers
from dev.monitor.usual import Usual
from shared.features import CATEGORICAL
from shared.window import Statistic

STAY = 3
"""Windows whose median is taken: two of three must agree."""
MARGIN = 1.25
"""Times the most extreme of training; of shares, times the odds, twice."""
ODDS = 2.0
GAP = 1.5
"""Times the usual time between neighbours: from there on there is a gap."""
DAY = 86_400.0
LEVELS = ("missing", "repeats", "order", "relation")
STEPS = ("mean", "spread", "distance")
FLOOR = 0.1
"""Share of the rows by which a share must have changed."""
SPREAD = 8.0
"""Times as much or as little that a column must vary."""
RENAMED = 0.5
"""Share of the rows with unseen categories that categories which are gone must have had."""
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
    for statistic, training in usual.values.items():
        ours = windows.values(statistic)
        if np.isnan(training).mean() > 0.5 or np.isnan(ours[windows.before :]).all():
            continue
        test, columns = statistic
        if test in LEVELS:
            yield from _level(statistic, ours[windows.before :], training, stay)
        elif (test in STEPS[:2] and columns[0] not in _NO_STEP) or (test == "distance" and columns[0] in CATEGORICAL):
            yield from _step(statistic, windows, ours, usual, training, stay)
    for name in CATEGORICAL:
        yield from _renamed(name, windows, stay)


_NO_STEP = ("late_probability",)


def _level(statistic: Statistic, ours: Numbers, training: Numbers, stay: int) -> Iterator[Finding]:
    usual, found = medians(training, stay), medians(ours, stay)
    low, high = float(np.nanmin(usual)), float(np.nanmax(usual))
    test, columns = statistic
    if test == "relation":
        low, high = MARGIN * min(low, -1.0), MARGIN * max(high, 1.0)
    else:
        low = 0.0 if test in ("missing", "repeats") else min(_odds(1 / ODDS, low), low - FLOOR)
        high = max(_odds(ODDS, high), high + FLOOR)
    beyond = np.flatnonzero((found < low) | (found > high))
    if len(beyond):
        distance = np.maximum(found[beyond] - high, low - found[beyond])
        value = float(found[beyond][np.argmax(distance)])
        what = _LEVEL[test].format(*columns, value=value, low=low, high=high, others=" and ".join(columns[1:]))
        yield Finding(Kind.SKEW, test, columns, what, value, low, high, int(beyond[0]), int(beyond[-1]) + stay - 1)


_LEVEL = {
    "missing": "{0} is missing in {value:.1%} of the rows; in training in {high:.1%} at most",
    "repeats": "one value of {0} is {value:.1%} of all; in training {high:.1%} at most",
    "order": "{0} is less than {1} in {value:.1%} of the rows; in training in {low:.1%} to {high:.1%}",
    "relation": "{0} no longer follows from {others}: it is off by {value:+.1f} of its deviations in training, "
    "where windows were off by {low:+.1f} to {high:+.1f}",
}


def _step(
    statistic: Statistic, windows: Windows, ours: Numbers, usual: Usual, training: Numbers, stay: int
) -> Iterator[Finding]:
    """The largest step between neighbours, if it is beyond what training did in that time."""
    test, columns = statistic
    blocks, times = medians(ours, stay), medians(np.array(windows.departures), stay)
    jumps, lags = _pairs(training, np.array(usual.departures))
    floor = {"distance": FLOOR, "spread": np.log(SPREAD)}.get(test, 0.0)
    worst: tuple[float, int, float] | None = None
    for at in range(max(windows.before - stay, 0), len(blocks) - stay):
        jump, lag = abs(blocks[at + stay] - blocks[at]), abs(times[at + stay] - times[at])
        reach = max(_reach(jumps, lags, lag), floor)
        ratio = jump / reach if reach > 0 else 0.0
        if ratio > MARGIN and (worst is None or ratio > worst[0]):
            worst = ratio, at, reach
    if worst:
        _, at, reach = worst
        then, now = float(blocks[at]), float(blocks[at + stay])
        days = max(abs(times[at + stay] - times[at]) / DAY, 1)
        what = _STEP[test].format(columns[0], then=then, now=now, reach=reach, times=np.exp(abs(now - then)), days=days)
        low, high = then - MARGIN * reach, then + MARGIN * reach
        first = at + stay - windows.before
        yield Finding(Kind.SKEW, test, columns, what, now, low, high, max(first, 0), max(first + stay - 1, 0))


_STEP = {
    "mean": "{0} steps from {then:.4g} to {now:.4g} on average within {days:.0f} days; "
    "in training it never moved by more than {reach:.3g} in that time",
    "spread": "{0} varies {times:.3g} times as much or as little as it did {days:.0f} days before",
    "distance": "the shares of {0} step within {days:.0f} days: {then:.2f} to {now:.2f} away from training; "
    "in training they never moved by more than {reach:.2f}",
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


def medians(values: Numbers, size: int) -> Numbers:
    """Moving median; shape (len(values) - size + 1,). NaN where one of the values is."""
    moved: Numbers = np.median(np.lib.stride_tricks.sliding_window_view(values, size), axis=-1)
    return moved


def _pairs(windows: Numbers, times: Numbers) -> tuple[Numbers, Numbers]:
    """How far training moved between each two windows, and in what time.

    Neighbours count as no time apart, but for those with a gap between them.
    """
    one, other = np.triu_indices(len(windows), 1)
    jumps, lags = np.abs(windows[one] - windows[other]), np.abs(times[one] - times[other])
    neighbours = other - one == 1
    if neighbours.any():
        lags[neighbours & (lags <= GAP * np.median(lags[neighbours]))] = 0
    known = ~np.isnan(jumps)
    return jumps[known], lags[known]


def _reach(jumps: Numbers, lags: Numbers, lag: float) -> float:
    within = jumps[lags <= lag]
    return float(within.max()) if len(within) else float(jumps.max(initial=np.inf))


def _odds(factor: float, share: float) -> float:
    return factor * share / (1 + (factor - 1) * share)
