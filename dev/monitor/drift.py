"""Has the world moved? The quality of the answers, the answers, and the columns, against their usual ranges.

Rows of a window depend on one another, and so do windows: bad weather lasts days. So the usual range of the mean of `n`
consecutive windows comes from the means of `n` consecutive windows of training. It is Student's prediction interval
for one more such mean; its degrees of freedom are the spans of `n` windows that fit side by side into training, less
one. `ALARM` is the chance of a false alarm over all statistics of a family and all looks (Bonferroni). A value that
training itself held is never unusual.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from scipy import stats

from dev.monitor.reason import Kind, Reason
from dev.monitor.skew import MAX_UNKNOWN, STAY, WindowSeries, least_share
from dev.scoring import SCORING
from dev.usual.statistics import SCORES, Numbers
from dev.usual.training import Usual
from shared.columns import CATEGORICAL, NUMERIC
from shared.window import Statistic

SPANS = (10, 30)
"""Consecutive windows whose mean is judged; of a window a day, about ten days and a month."""
MIN_SPANS = 3
ALARM = 0.01
TESTS_OF_QUALITY = SCORING.quality_tests
QUALITY: tuple[Statistic, ...] = tuple((name, ()) for name, test in TESTS_OF_QUALITY.items() if test.decides)
ANSWERS: tuple[Statistic, ...] = tuple((test, (name,)) for test in ("mean", "psi", "distance") for name in SCORES)
NEW: tuple[Statistic, ...] = tuple(("unseen", (name,)) for name in CATEGORICAL)
BEYOND: tuple[Statistic, ...] = tuple(("outside", (name,)) for name in NUMERIC)
INPUTS: tuple[Statistic, ...] = tuple(
    (test, (name,)) for test in ("psi", "distance", "missing") for name in (*CATEGORICAL, *NUMERIC)
)
LOW_IS_BAD = tuple(name for name, test in TESTS_OF_QUALITY.items() if test.good == "high")
HIGH_IS_BAD = (
    *(name for name, test in TESTS_OF_QUALITY.items() if test.good == "low"),
    *("psi", "distance", "missing", "unseen", "outside"),
)


def drift(windows: WindowSeries, usual: Usual) -> Iterator[Reason]:
    """Reasons to train again, or to look more closely."""
    known = any(QUALITY[-1] in statistics for statistics in windows.measured[windows.before :])
    answers = Kind.WATCH if known else Kind.RETRAIN
    for kind, family in (
        (Kind.RETRAIN, QUALITY),
        (answers, ANSWERS),
        (Kind.RETRAIN, NEW),
        (answers, BEYOND),
        (Kind.WATCH, INPUTS),
    ):
        for statistic in family:
            yield from _moved(kind, statistic, len(family), windows, usual)


def _moved(kind: Kind, statistic: Statistic, family: int, windows: WindowSeries, usual: Usual) -> Iterator[Reason]:
    """The longest span whose mean left its usual range."""
    training = usual.values.get(statistic)
    ours = windows.values(statistic)[windows.before :]
    if training is None or np.isnan(training).mean() > MAX_UNKNOWN or np.isnan(ours).all():
        return
    test, columns = statistic
    for span in reversed(spans(len(ours), len(training))):
        low, high = limits(test, training, span, family * len(ours) / span)
        if test in ("unseen", "outside"):
            high = max(high, least_share(span * usual.rows))
        means = moving(ours, span)
        beyond = np.flatnonzero((means < low) | (means > high))
        if len(beyond):
            if test == "unseen" and (ours > least_share(usual.rows)).sum() < STAY:
                kind = Kind.WATCH  # a name of a day or two: too little to train on, and if others vanish it is skew
            value = float(means[beyond][np.argmax(np.maximum(means[beyond] - high, low - means[beyond]))])
            over = f"{span} window{'s' * (span != 1)}"
            what = _SENTENCES.get(test, _ANY).format(
                " and ".join(columns), value=value, low=low, high=high, over=over, test=_SHORT.get(test, test)
            )
            yield Reason(kind, test, columns, what, value, low, high, int(beyond[0]), int(beyond[-1]) + span - 1)
            return


def spans(ours: int, training: int) -> Sequence[int]:
    """How many consecutive windows are averaged: ten and thirty, or all; three such spans must fit into training."""
    most = max(training // MIN_SPANS, 1)
    return sorted({min(span, ours, most) for span in SPANS})


def limits(test: str, training: Numbers, span: int, looks: float) -> tuple[float, float]:
    """The usual range of the mean of `span` windows, corrected for the number of looks."""
    means = moving(training, span)
    means = means[~np.isnan(means)]
    sides = 1 if test in (*LOW_IS_BAD, *HIGH_IS_BAD) else 2
    independent = max(len(training) / span, 2)
    reach = stats.t.isf(ALARM / max(looks, 1) / sides, independent - 1) * means.std() * (1 + 1 / independent) ** 0.5
    low = -np.inf if test in HIGH_IS_BAD else min(float(means.mean() - reach), float(means.min()))
    high = np.inf if test in LOW_IS_BAD else max(float(means.mean() + reach), float(means.max()))
    return float(low), float(high)


def moving(values: Numbers, span: int) -> Numbers:
    """Moving mean of the known values; shape (len(values) - span + 1,), NaN where half or more are unknown."""
    view = np.lib.stride_tricks.sliding_window_view(values, span)
    count = (~np.isnan(view)).sum(axis=-1)
    mean: Numbers = np.nansum(view, axis=-1) / np.where(count > span / 2, count, np.nan)
    return mean


_SHORT = {
    "psi": "the population stability index",
    "distance": "the distance to training",
    "missing": "the share missing",
}
_ANY = "{test} of {0} is {value:.3g} over {over}; usual is up to {high:.3g}"
_SENTENCES = {
    **{name: test.sentence for name, test in TESTS_OF_QUALITY.items() if test.decides},
    "mean": "the mean of {0} is {value:.3f} over {over}; usual is {low:.3f} to {high:.3f}",
    "unseen": "{value:.1%} of the rows have a {0} that training never saw, over {over}; usual is up to {high:.1%}",
    "outside": "{0} is beyond all of training in {value:.1%} of the rows, over {over}; usual is up to {high:.1%}",
}
