"""The split is by time or by chance, and every part is large enough to judge from."""

import datetime as dt

import numpy as np
import pytest

from dev import params
from dev.params import ByChance
from dev.split import SplitError, days, moved, split
from shared.contract import Row
from shared.target import Multiclass, Regression
from tests.unit.tiny import flight

CHOSEN = params.ByTime(test_from=dt.date(2013, 10, 1), validate_from=dt.date(2013, 9, 1))


def at(time: str) -> Row:
    """A flight that departs then."""
    return flight(scheduled_departure=f"2013-{time}:00Z", scheduled_arrival=f"2013-{time}:30Z")


PARTS = {"08-31T23:59": "fit", "09-01T00:00": "validate", "09-30T23:59": "validate", "10-01T00:00": "test"}


def test_parts_begin_at_midnight_utc() -> None:
    """The first minute of a date belongs to what begins then, and no row is in two parts."""
    flights = [at(time) for time in PARTS for _ in range(40)]
    late = np.arange(len(flights)) % 2 == 0
    parts = split(flights, late, CHOSEN)
    for name in ("fit", "validate", "test"):
        assert getattr(parts, name)[::40].tolist() == [part == name for part in PARTS.values()]
    assert ((parts.fit.astype(int) + parts.validate + parts.test) == 1).all()
    assert (parts.train == (parts.fit | parts.validate)).all()


def test_nothing_to_learn_from_comes_after_what_is_judged() -> None:
    """Rows need not be in order for that."""
    flights = [at(time) for time in list(PARTS)[::-1] for _ in range(40)]
    parts = split(flights, np.arange(len(flights)) % 2 == 0, CHOSEN)
    times = np.array([each.scheduled_departure for each in flights])
    assert times[parts.fit].max() < times[parts.validate].min()
    assert times[parts.train].max() < times[parts.test].min()


@pytest.mark.parametrize("name", ["fit", "validate", "test"])
@pytest.mark.parametrize("late_rows", [19, 21])
def test_a_part_with_too_few_of_a_class_stops(name: str, late_rows: int) -> None:
    """19 late or 19 punctual flights are too few: the error has the part, both counts and the limit."""
    flights, late = [], []
    for time, part in [("08-31T23:59", "fit"), ("09-01T00:00", "validate"), ("10-01T00:00", "test")]:
        flights += [at(time)] * 40
        count = late_rows if part == name else 20
        late += [True] * count + [False] * (40 - count)
    with pytest.raises(SplitError) as caught:
        split(flights, np.array(late), CHOSEN)
    assert f"the part to {name} " in caught.value.what
    assert f"{late_rows} late and {40 - late_rows} on time, at least 20" in caught.value.evidence
    assert "--sample" in caught.value.remedy


def test_other_days_of_testing_move_validation_along() -> None:
    """It keeps its length, and ends where they begin."""
    other = moved(CHOSEN, dt.date(2013, 4, 1))
    assert other == params.ByTime(test_from=dt.date(2013, 4, 1), validate_from=dt.date(2013, 3, 2))
    assert moved(CHOSEN, CHOSEN.test_from) == CHOSEN


def test_an_interval_is_two_days_in_order() -> None:
    """Anything else is refused, with the form that it must have."""
    assert days("2013-04-01/2013-05-01") == (dt.date(2013, 4, 1), dt.date(2013, 5, 1))
    for wrong in ("2013-05-01/2013-04-01", "2013-05-01/2013-05-01", "2013-05-01", "April/May", "2013-02-30/2013-03-01"):
        with pytest.raises(SplitError, match=wrong) as caught:
            days(wrong)
        assert "--test 2024-10-01/2025-01-01" in caught.value.remedy


CLASSES = Multiclass(name="species", classes=("a", "b"), description="the species")
NUMBER = Regression(name="rent", unit="EUR", description="the rent")
CHANCE = ByChance(test_share=0.2, validate_share=0.1)


def test_by_chance_every_class_has_its_share_in_every_part() -> None:
    """A fifth of the rare one, and of the common one; no row is in two parts."""
    truths = np.array(["a"] * 100 + ["b"] * 900, dtype=object)
    parts = split([flight()] * 1000, truths, CHANCE, target=CLASSES)
    assert [(truths[part] == "a").sum() for part in (parts.test, parts.validate, parts.fit)] == [20, 10, 70]
    assert [part.sum() for part in (parts.test, parts.validate, parts.fit)] == [200, 100, 700]
    assert ((parts.fit.astype(int) + parts.validate + parts.test) == 1).all()


def test_by_chance_a_number_is_spread() -> None:
    """A fifth of every tenth."""
    truths = np.arange(1000.0)
    tested = split([flight()] * 1000, truths, CHANCE, target=NUMBER).test
    assert np.bincount(truths[tested].astype(int) // 100).tolist() == [20] * 10


def test_chance_is_a_seeds() -> None:
    """The same seed gives the same parts, another gives others."""
    truths = np.arange(400.0)
    one, again, other = (split([flight()] * 400, truths, CHANCE, seed, target=NUMBER).test for seed in (0, 0, 1))
    assert (one == again).all()
    assert (one != other).any()


def test_rows_that_belong_together_stay_together() -> None:
    """All with one value of the field are in one part, and the parts are about as large as they should be."""
    rows = [flight(destination=f"A{chr(65 + at % 26)}{chr(65 + at % 7)}") for at in range(1820)]
    truths = np.arange(1820.0)
    parts = split(rows, truths, ByChance(test_share=0.2, validate_share=0.1, group="destination"), target=NUMBER)
    names = np.array([row.destination for row in rows])
    assert not set(names[parts.test]) & set(names[~parts.test])
    assert 364 <= parts.test.sum() <= 374


def test_too_few_rows_for_chance_are_refused() -> None:
    """With the counts, and what would help."""
    with pytest.raises(SplitError) as caught:
        split([flight()] * 40, np.array(["a"] * 20 + ["b"] * 20, dtype=object), CHANCE, target=CLASSES)
    assert "2 a and 2 b, at least 5 of each are needed; 20% to test and 10% to validate" in caught.value.evidence
    assert "other shares" in caught.value.remedy


def test_without_validation_none_is_asked_for() -> None:
    """Only what the threshold is chosen on needs it."""
    parts = split([flight()] * 200, np.arange(200.0), ByChance(test_share=0.2), target=NUMBER)
    assert parts.validate.sum() == 0
    assert (parts.fit == parts.train).all()


def test_there_are_no_days_to_test_on_by_chance() -> None:
    """--test is refused, with why."""
    with pytest.raises(SplitError, match="by chance"):
        moved(CHANCE, dt.date(2013, 4, 1))
