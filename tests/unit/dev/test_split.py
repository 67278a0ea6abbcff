"""The split is by time, and every part is large enough to judge from."""

import datetime as dt

import numpy as np
import pytest

from dev.problem import params
from dev.split import SplitError, days, moved, split
from shared.contract import Row
from tests.unit.tiny import flight

CHOSEN = params.SplitParams(test_from=dt.date(2013, 10, 1), validate_from=dt.date(2013, 9, 1))


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
    assert f"{late_rows} late and {40 - late_rows} punctual, at least 20" in caught.value.evidence
    assert "--sample" in caught.value.remedy


def test_other_days_of_testing_move_validation_along() -> None:
    """It keeps its length, and ends where they begin."""
    other = moved(CHOSEN, dt.date(2013, 4, 1))
    assert other == params.SplitParams(test_from=dt.date(2013, 4, 1), validate_from=dt.date(2013, 3, 2))
    assert moved(CHOSEN, CHOSEN.test_from) == CHOSEN


def test_an_interval_is_two_days_in_order() -> None:
    """Anything else is refused, with the form that it must have."""
    assert days("2013-04-01/2013-05-01") == (dt.date(2013, 4, 1), dt.date(2013, 5, 1))
    for wrong in ("2013-05-01/2013-04-01", "2013-05-01/2013-05-01", "2013-05-01", "April/May", "2013-02-30/2013-03-01"):
        with pytest.raises(SplitError, match=wrong) as caught:
            days(wrong)
        assert "--test 2013-10-01/2014-01-01" in caught.value.remedy
