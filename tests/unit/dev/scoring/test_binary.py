"""Metrics of yes and no: against values worked out by hand."""

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, roc_auc_score

from dev.scoring.binary import BinaryScoring, best_threshold, promised, rates
from shared.target import Binary

SCORING = BinaryScoring(Binary(name="late", positive="late", negative="on time", description="that it is late"))
LATE = np.array([False, False, True, True])
PROBABILITY = np.array([0.1, 0.4, 0.35, 0.8])


def test_scores_by_hand() -> None:
    """Three of four pairs are in the right order; the other scores from their definitions."""
    scores = SCORING.evaluate(LATE, PROBABILITY[:, None], threshold=0.35)
    assert scores["roc_auc"] == 0.75
    assert scores["average_precision"] == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)
    assert scores["brier_score"] == pytest.approx((0.1**2 + 0.4**2 + 0.65**2 + 0.2**2) / 4)
    assert scores["log_loss"] == pytest.approx(-np.log([0.9, 0.6, 0.35, 0.8]).mean())


def test_a_probability_at_the_threshold_is_late() -> None:
    """Decisions are counted with "at least", as serving makes them."""
    assert SCORING.evaluate(LATE, PROBABILITY[:, None], threshold=0.4)["confusion"] == {
        "true_negative": 1,
        "false_positive": 1,
        "false_negative": 1,
        "true_positive": 1,
    }


def test_calibration_by_hand() -> None:
    """Ten bins; a row counts once, also at 0, at 1 and between two bins; empty bins are left out."""
    probability = np.array([0.0, 0.05, 0.1, 0.95, 1.0, 1.0])
    late = np.array([False, False, True, True, True, False])
    scores = SCORING.evaluate(late, probability[:, None], threshold=0.5)
    assert [(bin_["rows"], bin_["share"]) for bin_ in scores["calibration"]] == [(2, 0.0), (1, 1.0), (3, 2 / 3)]
    assert [bin_["probability"] for bin_ in scores["calibration"]] == pytest.approx([0.025, 0.1, 2.95 / 3])
    assert scores["calibration_error"] == pytest.approx((2 * 0.025 + 0.9 + 3 * (2.95 / 3 - 2 / 3)) / 6)


def test_the_curve_by_hand() -> None:
    """At 0 all are predicted late, at 1 none is; a probability at the threshold is late."""
    curve = SCORING.evaluate(LATE, PROBABILITY[:, None], threshold=0.5)["curve"]
    at = {point["threshold"]: (point["false_positive"], point["true_positive"]) for point in curve}
    assert len(curve) == 101
    assert [at[0.0], at[0.35], at[0.36], at[0.4], at[0.41], at[1.0]] == [(2, 2), (1, 2), (1, 1), (1, 1), (0, 1), (0, 0)]


def test_every_row_is_in_a_bin() -> None:
    """Bins sum to the number of rows."""
    random = np.random.default_rng(0)
    probability = random.random(1000)
    scores = SCORING.evaluate(random.random(1000) < probability, probability[:, None], threshold=0.5)
    assert sum(bin_["rows"] for bin_ in scores["calibration"]) == 1000
    assert scores["calibration_error"] < 0.06


def test_the_best_threshold_by_hand() -> None:
    """At 0.35 all late flights are found with one false alarm (F1 0.8); no other choice is better."""
    assert best_threshold(LATE, PROBABILITY) == 0.11
    assert best_threshold(np.array([False, True, True]), np.array([0.5, 0.6, 0.7])) == 0.51


def test_a_model_that_never_separates_still_gets_a_threshold() -> None:
    """With equal probabilities saying "late" to all is the best, at the lowest threshold."""
    assert best_threshold(LATE, np.full(4, 0.3)) == 0.01


def test_tables_have_model_and_baseline_side_by_side() -> None:
    """Each score is in a line of its own, the model's before the baseline's."""
    model = SCORING.evaluate(LATE, PROBABILITY[:, None], 0.5)
    baseline = SCORING.evaluate(LATE, np.full((4, 1), 0.5), 0.5)
    lines = SCORING.text(model, baseline, 0.5).splitlines()
    assert lines[1].split() == ["roc_auc", "0.7500", "0.5000"]
    assert len(lines) == 9
    assert lines[6].split()[-3:] == ["late", "on", "time"]
    assert [line.split()[-2:] for line in lines[7:]] == [["1", "1"], ["0", "2"]]


def test_the_baseline_answers_the_share_of_training() -> None:
    """To every row."""
    assert SCORING.baseline(LATE[:3], 2).tolist() == [[1 / 3], [1 / 3]]


def test_a_threshold_is_fixed_or_the_best() -> None:
    """As the policy says."""
    assert SCORING.threshold(LATE, PROBABILITY[:, None], "best F1") == 0.11
    assert SCORING.threshold(LATE, PROBABILITY[:, None], 0.7) == 0.7


def test_curves_by_hand() -> None:
    """From all predicted late, with every false alarm, to none; a probability at the threshold counts."""
    points = {point["threshold"]: point for point in rates(SCORING.evaluate(LATE, PROBABILITY[:, None], 0.5)["curve"])}
    assert list(points) == [number / 100 for number in range(101)]
    assert points[0.0] == {"threshold": 0.0, "recall": 1.0, "false_positive_rate": 1.0, "precision": 0.5}
    assert points[0.35] == {"threshold": 0.35, "recall": 1.0, "false_positive_rate": 0.5, "precision": 2 / 3}
    assert points[0.8] == {"threshold": 0.8, "recall": 0.5, "false_positive_rate": 0.0, "precision": 1.0}
    assert points[1.0] == {"threshold": 1.0, "recall": 0.0, "false_positive_rate": 0.0, "precision": 1.0}


def test_probabilities_promise_an_auc() -> None:
    """Of all pairs, how often the later one would be late, weighted by how likely the pair is."""
    score = np.array([0.1, 0.3, 0.3, 0.8])
    pairs = [(p, q) for i, p in enumerate(score) for j, q in enumerate(score) if i != j or i == j]
    weights = np.array([p * (1 - q) for p, q in pairs])
    wins = np.array([1.0 if p > q else 0.5 if p == q else 0.0 for p, q in pairs])
    assert promised(score) == pytest.approx((weights * wins).sum() / weights.sum())


def test_true_probabilities_keep_their_promise() -> None:
    """With many rows the gap closes."""
    random = np.random.default_rng(0)
    score = random.uniform(0, 1, 20_000)
    late = (random.random(20_000) < score).astype("float64")
    measured = SCORING.quality(late, score[:, None])
    assert measured["auc_gap"] == pytest.approx(0, abs=0.01)
    assert measured["roc_auc"] == pytest.approx(roc_auc_score(late, score))
    assert measured["brier_score"] == pytest.approx(brier_score_loss(late, score))
    assert measured["rate_gap"] == pytest.approx(0, abs=0.01)
