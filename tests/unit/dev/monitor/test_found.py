"""The verdict on days after a year of training: skew, drift, or neither."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from dev.monitor.judge import found
from dev.monitor.reason import Kind, Reason
from dev.monitor.skew import caution, least_share
from dev.usual.statistics import ScoredRows
from dev.usual.training import Usual
from tests.unit.dev.windows import Windows
from tests.unit.dev.world import DAILY, changed, world


def verdict(findings: Sequence[Reason]) -> Kind:
    """The worst."""
    return max((each.kind for each in findings), key=list(Kind).index, default=Kind.FINE)


@pytest.mark.parametrize("first", [120, 150, 180, 210])
def test_normal_days_are_neither_skew_nor_drift(first: int, normal: Usual, windows: Windows) -> None:
    """In each season of the next year."""
    assert verdict(found(windows(world(30, first)), [], normal)) in (Kind.FINE, Kind.WATCH)


def celsius(rows: ScoredRows) -> ScoredRows:
    """Temperature and dew point in another unit."""
    return changed(
        rows, temperature_f=(rows.table["temperature_f"] - 32) / 1.8, dew_point_f=(rows.table["dew_point_f"] - 32) / 1.8
    )


def half_missing(rows: ScoredRows) -> ScoredRows:
    """Every second row has no pressure."""
    return changed(rows, pressure_hpa=rows.table["pressure_hpa"].where(np.arange(len(rows)) % 2 == 0))


BROKEN: dict[str, tuple[str, Callable[[ScoredRows], ScoredRows]]] = {
    "temperature_f": ("relation", celsius),
    "pressure_hpa": ("missing", half_missing),
    "recent_delay_minutes": (
        "spread",
        lambda rows: changed(rows, recent_delay_minutes=rows.table["recent_delay_minutes"] / 60),
    ),
    "departures_this_hour": ("repeats", lambda rows: changed(rows, departures_this_hour=10.0)),
    "carrier": ("unseen", lambda rows: changed(rows, carrier=rows.table["carrier"].replace("B6", "6B"))),
    "origin": ("distance", lambda rows: changed(rows, origin="JFK")),
    "wind_speed_mph": (
        "order",
        lambda rows: changed(
            rows, wind_speed_mph=rows.table["wind_gust_mph"], wind_gust_mph=rows.table["wind_speed_mph"]
        ),
    ),
    "scheduled_minutes": (
        "relation",
        lambda rows: changed(rows, scheduled_minutes=rows.table["scheduled_minutes"] - 60),
    ),
}


@pytest.mark.parametrize("column", BROKEN)
@pytest.mark.parametrize("before", [0, 5])
def test_a_fault_is_skew_and_names_its_columns(column: str, before: int, normal: Usual, windows: Windows) -> None:
    """After days of the log as they should be, and from the first row that was logged."""
    test, change = BROKEN[column]
    rows = world(before + 5, 120)
    whole = [*windows(rows[: before * DAILY]), *windows(change(rows[before * DAILY :]))]
    findings = [each for each in found(whole, [], normal) if each.kind is Kind.SKEW]
    assert any(each.test == test and column in each.columns for each in findings)
    assert all(each.last >= before for each in findings)


def test_a_fault_of_one_day_is_none(normal: Usual, windows: Windows) -> None:
    """Two of three windows must agree."""
    rows = world(9, 120)
    whole = windows(rows)
    whole[4] = windows(half_missing(rows))[4]
    assert verdict(found(whole, [], normal)) is not Kind.SKEW
    whole[5] = windows(half_missing(rows))[5]
    assert verdict(found(whole, [], normal)) is Kind.SKEW


def test_what_came_before_the_judged_rows_is_the_logs_if_that_is_nearer(normal: Usual, windows: Windows) -> None:
    """Celsius from the first judged row is a step from the days before it, and none if these had it too."""
    rows = world(8, 140)
    broken = windows(celsius(rows[3 * DAILY :]))
    assert verdict(found(broken, windows(rows[: 3 * DAILY]), normal)) is Kind.SKEW
    after = windows(celsius(rows[: 3 * DAILY]))
    assert not any(each.test == "relation" for each in found(broken, after, normal))


def test_a_season_that_training_never_saw_is_no_fault(normal: Usual, windows: Windows) -> None:
    """Warmer every day, until all of it is beyond training: that is drift at most."""
    rows = world(30, 120)
    heat = np.repeat(np.arange(30) * 3.0, DAILY)
    warmer = changed(
        rows, temperature_f=rows.table["temperature_f"] + heat, dew_point_f=rows.table["dew_point_f"] + heat
    )
    findings = found(windows(warmer), [], normal)
    assert verdict(findings) is not Kind.SKEW
    assert any(each.test == "outside" and each.columns == ("temperature_f",) for each in findings)


def test_a_new_carrier_is_drift(normal: Usual, windows: Windows) -> None:
    """It comes, and no other goes: the model has to learn it."""
    rows = world(12, 120)
    new = changed(rows, carrier=rows.table["carrier"].mask(np.arange(len(rows)) % 20 == 0, "ZZ"))
    findings = found(windows(new), [], normal)
    assert verdict(findings) is Kind.RETRAIN
    assert [each.columns for each in findings if each.test == "unseen"] == [("carrier",)]


def test_a_new_carrier_of_two_days_is_only_watched(normal: Usual, windows: Windows) -> None:
    """There is nothing to learn from yet, and it may be an old one's new name."""
    rows = world(12, 120)
    late = (np.arange(len(rows)) % 10 == 0) & (np.arange(len(rows)) >= 10 * DAILY)
    findings = found(windows(changed(rows, carrier=rows.table["carrier"].mask(late, "ZZ"))), [], normal)
    assert [each.kind for each in findings if each.test == "unseen"] == [Kind.WATCH]
    assert verdict(findings) in (Kind.FINE, Kind.WATCH)


def test_other_truths_are_drift_and_none_without_truths(normal: Usual, windows: Windows) -> None:
    """The rows are as ever; what becomes of them is not what the model learned."""
    rows = world(20, 120)
    other = replace(rows, truths=np.where(np.arange(len(rows)) % 3 == 0, 1 - rows.truths, rows.truths))
    findings = found(windows(other), [], normal)
    assert verdict(findings) is Kind.RETRAIN
    assert "auc_gap" in {each.test for each in findings}
    untold = replace(other, truths=np.full(len(rows), np.nan))
    assert verdict(found(windows(untold), [], normal)) in (Kind.FINE, Kind.WATCH)


def few(normal: Usual, count: int) -> Usual:
    """The same, as if training had been so many days."""
    series = [replace(each, values=each.values[:count]) for each in normal.series]
    return replace(normal, times=normal.times[:count], series=series)


def test_where_training_was_short_less_is_called_skew(normal: Usual, windows: Windows) -> None:
    """Ten days know little: a change that is skew after a year they let pass, and a gross one they do not."""
    rows = world(5, 120)
    half = changed(rows, pressure_hpa=rows.table["pressure_hpa"].where(np.arange(len(rows)) % 100 >= 14))
    assert verdict(found(windows(half), [], normal)) is Kind.SKEW
    assert verdict(found(windows(half), [], few(normal, 10))) is not Kind.SKEW
    assert verdict(found(windows(half_missing(rows)), [], few(normal, 10))) is Kind.SKEW


def test_caution_grows_as_training_shrinks() -> None:
    """With a hundred windows there is no need for it."""
    assert [caution(count) for count in (100, 1000)] == [1, 1]
    assert 1 < caution(50) < caution(10) < caution(8) < 3


def test_one_row_of_a_small_window_is_no_renaming() -> None:
    """Three of them are a tenth of thirty, and of 900 a share decides."""
    assert (least_share(900), least_share(30)) == (0.01, 0.1)
