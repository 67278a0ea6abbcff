"""What is computed of a window, against the definitions."""

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, roc_auc_score

from dev.usual.statistics import SCORE, Profile, _stability_index, promised, quality, statistics
from tests.unit.dev.world import DAILY, changed, world


def test_the_stability_index_by_hand() -> None:
    """Nothing for equal shares; else the sum of differences times logarithms, with half a row added to each part."""
    assert _stability_index([500, 500], [0.5, 0.5]) == pytest.approx(0)
    ours, theirs = np.array([900.5, 100.5]) / 1001, np.array([0.5, 0.5])
    assert _stability_index([900, 100], [0.5, 0.5]) == pytest.approx(
        ((ours - theirs) * np.log(ours / theirs)).sum(), rel=1e-3
    )
    assert np.isfinite(_stability_index([0, 1000], [1.0, 0.0]))


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
    measured = quality(late, score)
    assert measured["auc_gap"] == pytest.approx(0, abs=0.01)
    assert measured["roc_auc"] == pytest.approx(roc_auc_score(late, score))
    assert measured["brier_score"] == pytest.approx(brier_score_loss(late, score))
    assert measured["late_gap"] == pytest.approx(0, abs=0.01)


def test_what_is_new_and_what_is_gone(known: Profile) -> None:
    """Shares of the rows, and of training."""
    rows = world(1, 120)
    carrier = rows.table["carrier"].replace("B6", "6B")
    found = statistics(changed(rows, carrier=carrier), known)
    assert found["unseen", ("carrier",)] == pytest.approx((carrier == "6B").mean())
    assert found["vanished", ("carrier",)] == pytest.approx(known.columns["carrier"].shares["B6"])
    assert statistics(rows, known)["unseen", ("carrier",)] == 0


def test_numbers_beyond_training_are_counted(known: Profile) -> None:
    """Those below the smallest and above the largest; missing ones are not."""
    rows = world(1, 120)
    pressure = rows.table["pressure_hpa"].to_numpy().copy()
    pressure[:] = 1015.0
    pressure[:3], pressure[3:9], pressure[9:12] = 500.0, 1500.0, np.nan
    found = statistics(changed(rows, pressure_hpa=pressure), known)
    assert found["outside", ("pressure_hpa",)] == pytest.approx(9 / DAILY)


def test_without_truths_there_is_no_quality_but_a_score(known: Profile) -> None:
    """And a truth of few rows is none."""
    rows = world(1, 120)
    late = rows.late.copy()
    late[99:] = np.nan
    found = statistics(type(rows)(rows.table, rows.score, late, rows.departures), known)
    assert ("late_gap", ()) not in found
    assert found["mean", (SCORE,)] == pytest.approx(rows.score.mean())
