"""Did the world move? How good the score was, the score, and the columns, against what is usual for so many windows.

Rows of a window depend on each other, and windows do: a storm lasts days. So what is usual for the mean of `n` windows
in a row comes from the means of `n` windows in a row of training: their average, and as many standard deviations
around it as Student's t has for one more such mean, with as many degrees of freedom as training holds `n` windows
side by side. `ALARM` is the chance of a false alarm over all the statistics of a kind and all that was looked at
(Bonferroni). Nothing is unusual that training itself held.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from scipy import stats

from dev.monitor.finding import Finding, Kind
from dev.monitor.skew import MOSTLY, STAY, Windows
from dev.monitor.statistics import SCORE, Numbers
from dev.monitor.usual import Usual
from shared.problem.features import CATEGORICAL, NUMERIC
from shared.window import Statistic

SPANS = (10, 30)
"""Windows in a row whose mean is judged: about ten days, and a month."""
FEWEST_SPANS = 3
ALARM = 0.01
QUALITY: tuple[Statistic, ...] = (("auc_gap", ()), ("late_gap", ()), ("calibration_error", ()))
ANSWERS: tuple[Statistic, ...] = (("mean", (SCORE,)), ("psi", (SCORE,)), ("distance", (SCORE,)))
NEW: tuple[Statistic, ...] = tuple(("unseen", (name,)) for name in CATEGORICAL)
BEYOND: tuple[Statistic, ...] = tuple(("outside", (name,)) for name in NUMERIC)
INPUTS: tuple[Statistic, ...] = tuple(
    (test, (name,)) for test in ("psi", "distance", "missing") for name in (*CATEGORICAL, *NUMERIC)
)
FEW = 0.01
"""Share of rows below which categories and values that training never saw are left alone."""
LOW_IS_BAD = ("auc_gap",)
HIGH_IS_BAD = ("calibration_error", "psi", "distance", "missing", "unseen", "outside")


def drift(windows: Windows, usual: Usual) -> Iterator[Finding]:
    """What speaks for training again, or for looking more closely."""
    known = any(("late_gap", ()) in each for each in windows.measured[windows.before :])
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


def _moved(kind: Kind, statistic: Statistic, family: int, windows: Windows, usual: Usual) -> Iterator[Finding]:
    """The longest span that left what is usual."""
    training = usual.values.get(statistic)
    ours = windows.values(statistic)[windows.before :]
    if training is None or np.isnan(training).mean() > MOSTLY or np.isnan(ours).all():
        return
    test, columns = statistic
    for span in reversed(spans(len(ours), len(training))):
        low, high = limits(test, training, span, family * len(ours) / span)
        if test in ("unseen", "outside"):
            high = max(high, FEW)
        means = moving(ours, span)
        beyond = np.flatnonzero((means < low) | (means > high))
        if len(beyond):
            if test == "unseen" and (ours > FEW).sum() < STAY:
                kind = Kind.WATCH  # a name of a day or two: nothing to train on, and if others go it is skew
            value = float(means[beyond][np.argmax(np.maximum(means[beyond] - high, low - means[beyond]))])
            what = _SAID.get(test, _ANY).format(
                _name(columns), value=value, low=low, high=high, span=span, test=_SHORT.get(test, test)
            )
            yield Finding(kind, test, columns, what, value, low, high, int(beyond[0]), int(beyond[-1]) + span - 1)
            return


def spans(ours: int, training: int) -> Sequence[int]:
    """Of the windows there are: ten and thirty in a row, or all; training must hold three such spans or more."""
    most = max(training // FEWEST_SPANS, 1)
    return sorted({min(span, ours, most) for span in SPANS})


def limits(test: str, training: Numbers, span: int, looks: float) -> tuple[float, float]:
    """What is usual for the mean of `span` windows, at so many looks."""
    means = moving(training, span)
    means = means[~np.isnan(means)]
    sides = 1 if test in (*LOW_IS_BAD, *HIGH_IS_BAD) else 2
    independent = max(len(training) / span, 2)
    reach = stats.t.isf(ALARM / max(looks, 1) / sides, independent - 1) * means.std() * (1 + 1 / independent) ** 0.5
    low = -np.inf if test in HIGH_IS_BAD else min(float(means.mean() - reach), float(means.min()))
    high = np.inf if test in LOW_IS_BAD else max(float(means.mean() + reach), float(means.max()))
    return float(low), float(high)


def moving(values: Numbers, span: int) -> Numbers:
    """Moving mean of the values that are known; shape (len(values) - span + 1,), NaN where none is."""
    view = np.lib.stride_tricks.sliding_window_view(values, span)
    count = (~np.isnan(view)).sum(axis=-1)
    mean: Numbers = np.nansum(view, axis=-1) / np.where(count > span / 2, count, np.nan)
    return mean


def _name(columns: Sequence[str]) -> str:
    return " and ".join(columns)


_SHORT = {
    "psi": "the population stability index",
    "distance": "the distance to training",
    "missing": "the share missing",
}
_ANY = "{test} of {0} is {value:.3g} over {span} windows; usual is up to {high:.3g}"
_SAID = {
    "auc_gap": "ROC AUC is {value:+.3f} from what the probabilities promise over {span} windows; "
    "usual is {low:+.3f} or more",
    "late_gap": "the share late is {value:+.1%} from what was expected over {span} windows; "
    "usual is {low:+.1%} to {high:+.1%}",
    "calibration_error": "the calibration error is {value:.3f} over {span} windows; usual is up to {high:.3f}",
    "mean": "the mean of {0} is {value:.3f} over {span} windows; usual is {low:.3f} to {high:.3f}",
    "unseen": "{value:.1%} of the rows have a {0} that training never saw, over {span} windows; "
    "usual is up to {high:.1%}",
    "outside": "{0} is beyond all of training in {value:.1%} of the rows, over {span} windows; "
    "usual is up to {high:.1%}",
}
