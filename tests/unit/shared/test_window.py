"""Windows of rows: what is unusual about them, against statistics that others compute, and what lies outside."""

from collections import Counter
from dataclasses import replace

import msgspec
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from dev.distribution import distribution
from dev.params import WindowParams
from shared import window
from shared.columns import NUMERIC, frame
from shared.contract import UNITS
from shared.window import ORDERED, Reference
from tests.unit.tiny import flight


def table(rows: int = 400, seed: int = 1) -> pd.DataFrame:
    """Rows without a season: each like the others."""
    random = np.random.default_rng(seed)
    flights = [
        flight(
            carrier=str(random.choice(["UA", "B6", "9E"])),
            temperature_f=round(float(random.normal(60, 5)), 1),
            dew_point_f=round(float(random.normal(40, 5)), 1),
            pressure_hpa=None if random.random() < 0.1 else 1012.0,
            distance_miles=float(random.integers(100, 2000)),
        )
        for _ in range(rows)
    ]
    return frame(flights)


@pytest.fixture(scope="module")
def reference() -> Reference:
    """Of such rows, through JSON as in a passport."""
    made = distribution(table(4000, 0), WindowParams(400, 1.25, 0))
    return msgspec.json.decode(msgspec.json.encode(made), type=Reference)


numbers = st.lists(st.floats(-5, 5) | st.integers(-2, 2).map(float), min_size=1, max_size=30)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # of the p-value, which nobody asked for
@given(numbers, numbers)
def test_the_distance_of_numbers_is_scipys(ours: list[float], theirs: list[float]) -> None:
    """Kolmogorov-Smirnov for two samples, with ties and values outside the other's range."""
    got = window.kolmogorov_smirnov(np.sort(ours), np.sort(theirs))
    assert got == pytest.approx(stats.ks_2samp(ours, theirs).statistic, abs=1e-12)


def test_the_distance_of_categories_by_hand() -> None:
    """Half the sum of differences, with values that only one side has."""
    assert window.total_variation(Counter("aab"), {"a": 2 / 3, "b": 1 / 3}) == pytest.approx(0)
    assert window.total_variation(Counter("aac"), {"a": 0.5, "b": 0.5}) == pytest.approx((1 / 6 + 1 / 2 + 1 / 3) / 2)
    assert window.total_variation(Counter("c"), {"a": 1.0}) == 1


def test_fields_that_share_a_unit_are_held_against_each_other() -> None:
    """Each pair once, and no pair of different units."""
    assert ("temperature_f", "dew_point_f") in ORDERED
    assert all(UNITS[one] == UNITS[other] for one, other in ORDERED)
    assert len({frozenset(pair) for pair in ORDERED}) == len(ORDERED)


def test_rows_as_in_training_are_not_unusual(reference: Reference) -> None:
    """Nothing is found in another sample of the same."""
    assert window.unusual(table(), reference) == []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"temperature_f": lambda old: (old - 32) / 1.8}, ("order", ("temperature_f", "dew_point_f"))),
        ({"temperature_f": lambda old: (old - 32) / 1.8}, ("distance", ("temperature_f",))),
        ({"distance_miles": lambda old: old * 1.609}, ("distance", ("distance_miles",))),
        ({"pressure_hpa": lambda old: old * np.nan}, ("missing", ("pressure_hpa",))),
        ({"pressure_hpa": lambda old: old.fillna(1012.0)}, ("missing", ("pressure_hpa",))),
        ({"temperature_f": lambda old: old * 0 + 60}, ("repeats", ("temperature_f",))),
        ({"carrier": lambda old: old.map({"UA": "B6", "B6": "9E", "9E": "ZZ"})}, ("distance", ("carrier",))),
    ],
)
def test_a_shift_is_found_by_its_test(reference: Reference, change: dict, found: tuple) -> None:
    """With the statistic, and what would have been usual."""
    rows = table()
    shifted = rows.assign(**{name: change_(rows[name]) for name, change_ in change.items()})
    results = {(each.test, each.columns): each for each in window.unusual(shifted, reference)}
    assert found in results
    assert not results[found].low <= results[found].value <= results[found].high


def test_a_column_without_values_is_told_as_missing_only(reference: Reference) -> None:
    """Nothing else is known of it."""
    rows = table().assign(temperature_f=np.nan)
    assert [(each.test, each.columns) for each in window.unusual(rows, reference)] == [("missing", ("temperature_f",))]


def test_what_training_held_is_not_outside(reference: Reference) -> None:
    """Neither its smallest nor its largest numbers, nor what is missing."""
    assert window.outside(table(4000, 0), reference) == {}


def test_numbers_outside_training_are_reported(reference: Reference) -> None:
    """By row and column, with the range; dates are no numbers of the model."""
    rows = frame([flight(temperature_f=60, pressure_hpa=1012), flight(temperature_f=-30)])
    seen = reference.columns["temperature_f"].quantiles
    found = window.outside(rows, reference)
    assert 0 not in found
    assert found[1]["temperature_f"] == window.Outside(-30, seen[0], seen[-1])
    assert not {"scheduled_departure", "scheduled_arrival"} & set(NUMERIC)


def test_any_number_is_outside_a_column_that_was_empty(reference: Reference) -> None:
    """Training held no value of it."""
    columns = {**reference.columns, "temperature_f": window.Column(1.0)}
    rows = frame([flight(temperature_f=60), flight(temperature_f=None)])
    found = window.outside(rows, replace(reference, columns=columns))
    assert found[0]["temperature_f"] == window.Outside(60, None, None)
    assert "temperature_f" not in found.get(1, {})
