"""Metrics of numbers: against values worked out by hand."""

import numpy as np
import pytest

from dev.scoring.regression import RegressionScoring
from shared.target import Regression

SCORING = RegressionScoring(Regression(name="rent", unit="EUR", description="the rent"))
TRUTHS = np.array([1.0, 2.0, 3.0, 6.0])
SCORES = np.array([[2.0], [2.0], [2.0], [4.0]])


def test_scores_by_hand() -> None:
    """Off by 1, 0, -1 and -2; truths have a variance of 3.5."""
    measured = SCORING.evaluate(TRUTHS, SCORES)
    assert measured["mae"] == 1.0
    assert measured["rmse"] == pytest.approx(1.5**0.5)
    assert measured["r2"] == pytest.approx(1 - 1.5 / 3.5)
    assert measured["bias"] == -0.5


def test_the_baseline_answers_the_mean_of_training() -> None:
    """And explains nothing where that is the mean of the rows, too."""
    assert SCORING.baseline(TRUTHS, 2).tolist() == [[3.0], [3.0]]
    assert SCORING.evaluate(TRUTHS, SCORING.baseline(TRUTHS, 4))["r2"] == 0


def test_equal_truths_explain_nothing() -> None:
    """There is no variance to divide by."""
    assert SCORING.evaluate(np.ones(3), np.ones((3, 1)))["r2"] == 0


def test_calibration_is_by_tenth_of_the_answers() -> None:
    """Every row is in one of them, in order."""
    answers = np.random.default_rng(0).random((95, 1))
    parts = SCORING.evaluate(answers[:, 0] * 2, answers)["calibration"]
    assert len(parts) == 10
    assert sum(part["rows"] for part in parts) == 95
    assert all(part["truth"] == pytest.approx(2 * part["answer"]) for part in parts)
    means = [part["answer"] for part in parts]
    assert means == sorted(means)


def test_text_has_metrics_and_the_tenths() -> None:
    """With the unit."""
    lines = SCORING.text(SCORING.evaluate(TRUTHS, SCORES), SCORING.evaluate(TRUTHS, SCORING.baseline(TRUTHS, 4)))
    assert lines.splitlines()[1].split() == ["rmse", "1.2247", "1.8708"]
    assert lines.splitlines()[5].split() == ["mean", "EUR", "answer", "truth"]


def test_quality_by_hand() -> None:
    """Bias and errors."""
    quality = SCORING.quality(TRUTHS, SCORES)
    assert quality == {"bias": -0.5, "mae": 1.0, "rmse": pytest.approx(1.5**0.5)}
    assert quality.keys() == SCORING.quality_tests.keys()
