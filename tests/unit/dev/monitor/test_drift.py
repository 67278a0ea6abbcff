"""What is usual for the mean of some windows in a row."""

import numpy as np
import pytest
from scipy import stats

from dev.monitor.drift import ALARM, limits, moving, spans


def test_the_moving_mean_leaves_out_what_is_not_known() -> None:
    """And is unknown where half or more is."""
    values = np.array([1.0, np.nan, 3.0, 5.0, np.nan, np.nan, np.nan])
    assert moving(values, 3).tolist()[:3] == [2, 4, 4]
    assert np.isnan(moving(values, 3)[3:]).all()


def test_spans_are_ten_days_and_a_month_or_what_there_is() -> None:
    """Training must hold three of them."""
    assert spans(40, 270) == [10, 30]
    assert spans(12, 270) == [10, 12]
    assert spans(4, 270) == [4]
    assert spans(40, 24) == [8]


def test_limits_are_students_prediction_interval() -> None:
    """With as many degrees of freedom as there are spans side by side, and corrected for looks."""
    values = np.random.default_rng(0).normal(0, 1, 300)
    low, high = limits("rate_gap", values, 10, looks=6)
    means = moving(values, 10)
    reach = stats.t.isf(ALARM / 6 / 2, 29) * means.std() * np.sqrt(1 + 1 / 30)
    assert (low, high) == (pytest.approx(means.mean() - reach), pytest.approx(means.mean() + reach))


def test_nothing_is_unusual_that_training_held() -> None:
    """However rare it was; and only bad news is."""
    values = np.zeros(300)
    values[100:110] = -0.5
    low, high = limits("auc_gap", values, 10, looks=6)
    assert (low, high) == (-0.5, np.inf)


@pytest.mark.parametrize("span", [1, 10])
def test_false_alarms_are_as_rare_as_promised(span: int) -> None:
    """One in a hundred of all that was looked at, of windows that are like those of training."""
    random = np.random.default_rng(1)
    alarms = 0
    for _ in range(2000):
        low, high = limits("rate_gap", random.normal(0, 1, 300), span, looks=1)
        alarms += not low <= random.normal(0, 1, span).mean() <= high
    assert alarms <= 2000 * ALARM * 1.5
