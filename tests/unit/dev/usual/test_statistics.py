"""What is computed of a window, against the definitions."""

import numpy as np
import pytest

from dev.usual.statistics import SCORES, Profile, _stability_index, statistics
from tests.unit.dev.world import DAILY, changed, world


def test_the_stability_index_by_hand() -> None:
    """Nothing for equal shares; else the sum of differences times logarithms, with half a row added to each part."""
    assert _stability_index([500, 500], [0.5, 0.5]) == pytest.approx(0)
    ours, theirs = np.array([900.5, 100.5]) / 1001, np.array([0.5, 0.5])
    assert _stability_index([900, 100], [0.5, 0.5]) == pytest.approx(
        ((ours - theirs) * np.log(ours / theirs)).sum(), rel=1e-3
    )
    assert np.isfinite(_stability_index([0, 1000], [1.0, 0.0]))


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
    truths = rows.truths.copy()
    truths[99:] = np.nan
    found = statistics(type(rows)(rows.table, rows.scores, truths, rows.times), known)
    assert ("rate_gap", ()) not in found
    assert [found["mean", (name,)] for name in SCORES] == pytest.approx(rows.scores.mean(axis=0))
