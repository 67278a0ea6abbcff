"""Columns that follow from others: found where there are some, and nowhere else."""

import numpy as np
import pytest

from dev.usual.relations import relations
from tests.unit.dev.world import changed, world


def test_what_belongs_together_is_found() -> None:
    """Temperature, dew point and humidity; distance and duration; the other columns are independent."""
    found = {each.columns[0]: set(each.columns[1:]) for each in relations(world(60).table)}
    assert found["temperature_f"] == {"dew_point_f", "humidity_percent"}
    assert "distance_miles" in found["scheduled_minutes"]
    assert "pressure_hpa" not in found
    assert "departure_minute" not in found


def test_rows_of_training_are_off_by_nothing_on_average_and_by_one_deviation() -> None:
    """And those in another unit by many."""
    rows = world(60)
    relation = next(each for each in relations(rows.table) if each.columns[0] == "temperature_f")
    off = relation.off(rows.table)
    assert (off.mean(), off.std()) == (pytest.approx(0, abs=1e-6), pytest.approx(1, abs=0.02))
    broken = changed(rows, temperature_f=(rows.table["temperature_f"] - 32) / 1.8)
    assert np.abs(relation.off(broken.table)).mean() > 5


def test_rows_that_miss_a_value_are_left_out() -> None:
    """Of any of the columns."""
    rows = world(60)
    relation = next(each for each in relations(rows.table) if each.columns[0] == "temperature_f")
    missing = changed(rows, humidity_percent=rows.table["humidity_percent"].where(np.arange(len(rows)) % 3 != 0))
    assert len(relation.off(missing.table)) == len(rows) * 2 // 3


def test_where_companions_are_beyond_training_nothing_is_known() -> None:
    """A quadratic that fits the winter says nothing about July."""
    rows = world(60)
    relation = next(each for each in relations(rows.table) if each.columns[0] == "temperature_f")
    hot = changed(rows, dew_point_f=rows.table["dew_point_f"] + 500)
    assert len(relation.off(hot.table)) == 0


def test_a_constant_column_explains_nothing() -> None:
    """Nor is it explained by others; there is no error."""
    constant = changed(world(60), humidity_percent=50.0, pressure_hpa=np.nan)
    assert not any({"humidity_percent", "pressure_hpa"} & set(each.columns) for each in relations(constant.table))
