"""What is usual: out of sample, in order, and whole after a file."""

import numpy as np
import pytest

from dev.usual.training import BLOCKS, FOLDS, Series, Usual, UsualError, _folds, dumps, loads, usual
from shared.window import Column
from tests.unit.dev.world import DAILY, DAY, PARAMS, world


def test_no_window_is_in_two_thirds_and_neighbouring_ninths_are_in_others() -> None:
    """Each third is met by a model that knows the time before it and after it."""
    fold = _folds(1805, 20)
    windows = fold[:1800].reshape(-1, 20)
    assert (windows == windows[:, :1]).all()
    assert np.bincount(fold).min() > 550
    assert (np.diff(fold) != 0).sum() == BLOCKS - 1
    assert set(fold) == set(range(FOLDS))


def test_what_is_usual_is_out_of_sample() -> None:
    """Of truths that are pure chance a model knows nothing on rows that it has not seen."""
    rows = world(40)
    chance = np.random.default_rng(0).random(len(rows)) < 0.3
    made = usual(rows.table, chance, rows.times, PARAMS, DAILY * 2)
    assert np.nanmean(made.values["roc_auc", ()]) == pytest.approx(0.5, abs=0.03)


def test_every_window_is_there_in_order_of_time(normal: Usual) -> None:
    """With strict JSON between."""
    assert len(normal.times) == 120
    assert normal.times == sorted(normal.times)
    assert {len(each.values) for each in normal.series} == {120}
    assert loads(dumps(normal)) == normal
    assert b"NaN" not in dumps(normal)


def test_steps_reach_further_with_time(normal: Usual) -> None:
    """From neighbours to the whole of training, against all pairs."""
    statistic = ("mean", ("temperature_f",))
    values = normal.values[statistic]
    assert normal.reach(statistic, 1, 0) == pytest.approx(np.abs(np.diff(values)).max())
    within = max(
        abs(values[one] - values[other]) for one in range(120) for other in range(120) if abs(one - other) <= 10
    )
    assert normal.reach(statistic, 1, 10 * DAY) == pytest.approx(within)
    assert normal.reach(statistic, 1, 1000 * DAY) == pytest.approx(values.max() - values.min())


def test_a_gap_in_training_is_no_step_between_neighbours() -> None:
    """Months that were left out lie there."""
    values = [0.0, 1.0, 0.0, 50.0, 51.0]
    made = usual_of(values, [0.0, 1.0, 2.0, 100.0, 101.0])
    assert made.reach(("mean", ("x",)), 1, 0) == 1
    assert made.reach(("mean", ("x",)), 1, 98) == 50


def test_a_day_by_itself_is_no_step() -> None:
    """Neither in what is judged nor in training: of three windows two must agree."""
    values = [0.0, 1.0, 0.0, 50.0, 1.0, 0.0, 1.0, 0.0]
    assert usual_of(values, [float(day) for day in range(8)]).reach(("mean", ("x",)), 3, 1000) == 1


def usual_of(values: list[float], departures: list[float]) -> Usual:
    """One statistic by hand."""
    return Usual(1, departures, {"score": Column(0.0)}, [], [Series("mean", ("x",), list(values))])


def test_rows_without_time_are_all_neighbours() -> None:
    """Any two windows of training may follow one another."""
    assert usual_of([0.0, 1.0, 5.0, 2.0], [0.0] * 4).reach(("mean", ("x",)), 1, 0) == 5


def test_rows_in_order_of_their_truth_are_refused() -> None:
    """A third would be judged by a model that has never seen its class."""
    rows = world(18)
    happened = np.arange(len(rows)) < 50
    with pytest.raises(UsualError, match="holds all that are") as caught:
        usual(rows.table, happened, rows.times, PARAMS, DAILY)
    assert "ORDER = None" in caught.value.remedy
