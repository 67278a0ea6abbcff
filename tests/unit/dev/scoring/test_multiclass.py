"""Metrics of several classes: against values worked out by hand."""

import numpy as np
import pytest

from dev.scoring.multiclass import MulticlassScoring
from shared.target import Multiclass

SCORING = MulticlassScoring(Multiclass(name="species", classes=("a", "b", "c"), description="the species"))
TRUTHS = np.array(["a", "b", "b", "c"], dtype=object)
SCORES = np.array([[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.5, 0.4, 0.1], [0.0, 0.2, 0.8]])


def test_scores_by_hand() -> None:
    """The third row is taken for a."""
    measured = SCORING.evaluate(TRUTHS, SCORES)
    assert measured["accuracy"] == 0.75
    assert measured["log_loss"] == pytest.approx(-np.log([0.7, 0.6, 0.4, 0.8]).mean())
    assert measured["macro_f1"] == pytest.approx((2 / 3 + 2 / 3 + 1) / 3)
    assert measured["confusion"] == [[1, 0, 0], [1, 1, 0], [0, 0, 1]]
    assert measured["calibration_error"] == pytest.approx((abs(0.7 - 1) + abs(0.6 - 1) + abs(0.5 - 0) + 0.2) / 4)


def test_the_baseline_answers_the_shares_of_training() -> None:
    """To every row, in the order of the classes."""
    assert SCORING.baseline(TRUTHS, 2).tolist() == [[0.25, 0.5, 0.25]] * 2
    assert SCORING.summary(TRUTHS) == {"shares": {"a": 0.25, "b": 0.5, "c": 0.25}}


def test_a_class_that_was_excluded_costs_much_but_not_everything() -> None:
    """A probability of 0 has no logarithm."""
    assert 8 < SCORING.evaluate(TRUTHS[:1], np.array([[0.0, 1.0, 0.0]]))["log_loss"] < 100


def test_text_has_metrics_and_what_was_taken_for_what() -> None:
    """A row for each class that was, a column for each that was predicted."""
    measured = SCORING.evaluate(TRUTHS, SCORES)
    lines = SCORING.text(measured, SCORING.evaluate(TRUTHS, SCORING.baseline(TRUTHS, 4))).splitlines()
    assert lines[1].split() == ["log_loss", "0.5017", "1.0397"]
    assert [line.split() for line in lines[-4:]] == [
        ["predicted:", "a", "b", "c"],
        ["was", "a", "1", "0", "0"],
        ["was", "b", "1", "1", "0"],
        ["was", "c", "0", "0", "1"],
    ]


def test_curves_have_every_cell() -> None:
    """As many as there are pairs of classes."""
    cells = SCORING.curves(SCORING.evaluate(TRUTHS, SCORES))["confusion.csv"]
    assert len(cells) == 9
    assert cells[3] == {"was": "b", "predicted": "a", "rows": 1}


def test_quality_by_hand() -> None:
    """What the probabilities promise is their largest on average, and their entropy."""
    quality = SCORING.quality(np.array([0.0, 1.0, 1.0, 2.0]), SCORES)
    assert quality.keys() == SCORING.quality_tests.keys()
    assert quality["accuracy_gap"] == pytest.approx(0.75 - (0.7 + 0.6 + 0.5 + 0.8) / 4)
    entropy = -sum(p * np.log(p) for p in SCORES.ravel().tolist() if p) / 4
    assert quality["log_loss_gap"] == pytest.approx(quality["log_loss"] - entropy)


def test_right_probabilities_promise_what_happens() -> None:
    """Both gaps are near zero where truths are drawn from the scores."""
    random = np.random.default_rng(0)
    scores = random.dirichlet([1, 1, 1], 20_000)
    truths = (scores.cumsum(axis=1) < random.random((20_000, 1))).sum(axis=1).astype("float64")
    quality = SCORING.quality(truths, scores)
    assert abs(quality["accuracy_gap"]) < 0.01
    assert abs(quality["log_loss_gap"]) < 0.01
