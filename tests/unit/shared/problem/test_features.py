"""Features: local time at the origin, the same however the row arrives."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contract import Row
from shared.problem.features import CATEGORICAL, NUMERIC, TIME_ZONES, features
from tests.unit.shared.problem.test_contract import NULLABLE, rows
from tests.unit.tiny import flight


def of(**fields: object) -> dict[str, Any]:
    """The features of one flight."""
    return {name: value for name, (value,) in features([flight(**fields)]).items()}


def test_columns_and_their_order() -> None:
    """The model gets these columns, in this order, and nothing else, also of no rows."""
    assert tuple(features([flight()])) == CATEGORICAL + NUMERIC
    assert features([]) == {name: [] for name in CATEGORICAL + NUMERIC}


@pytest.mark.parametrize(
    ("departure", "minute", "weekday"),
    [
        ("2013-01-01T05:15:00-05:00", 315, 1),
        ("2013-01-07T00:00:00-05:00", 0, 0),
        ("2013-01-06T23:59:00-05:00", 23 * 60 + 59, 6),
        # Clocks go forward on 2013-03-10: 01:59 is followed by 03:00.
        ("2013-03-10T06:59:00Z", 119, 6),
        ("2013-03-10T07:00:00Z", 180, 6),
        # And back on 2013-11-03: 01:30 comes twice.
        ("2013-11-03T05:30:00Z", 90, 6),
        ("2013-11-03T06:30:00Z", 90, 6),
        ("2013-11-03T07:00:00Z", 120, 6),
        # Evenings are on another day in UTC.
        ("2013-07-05T03:30:00Z", 23 * 60 + 30, 3),
    ],
)
@pytest.mark.parametrize("origin", TIME_ZONES)
def test_local_time_at_the_origin(origin: str, departure: str, minute: int, weekday: int) -> None:
    """Hour and weekday are those of New York's clocks, also where they change."""
    arrival = (dt.datetime.fromisoformat(departure) + dt.timedelta(hours=2)).isoformat()
    row = of(origin=origin, scheduled_departure=departure, scheduled_arrival=arrival)
    assert (row["departure_minute"], row["departure_weekday"]) == (minute, weekday)


def test_block_time_counts_instants_not_clocks() -> None:
    """Across time zones and a change of clocks the minutes between are those that pass."""
    across = of(scheduled_departure="2013-01-01T05:15:00-05:00", scheduled_arrival="2013-01-01T08:19:00-06:00")
    assert across["scheduled_minutes"] == 4 * 60 + 4
    change = of(scheduled_departure="2013-03-10T01:30:00-05:00", scheduled_arrival="2013-03-10T03:30:00-04:00")
    assert change["scheduled_minutes"] == 60


@given(rows(), st.sampled_from(("UTC", "Asia/Kathmandu", "America/New_York")))
def test_the_offset_does_not_matter(row: dict[str, str], zone: str) -> None:
    """The same instant, written with another offset, has the same features."""
    moved = {
        name: dt.datetime.fromisoformat(row[name]).astimezone(ZoneInfo(zone)).isoformat()
        for name in ("scheduled_departure", "scheduled_arrival")
    }
    one, other = (features([msgspec.convert(each, Row)]) for each in (row, row | moved))
    assert one == other


@given(st.lists(rows(), min_size=2, max_size=4), st.integers(0, 1))
def test_a_row_has_the_same_features_alone_and_in_a_batch(valid: list[dict[str, str]], number: int) -> None:
    """Training sees many rows and serving one: the same values, to the last bit."""
    flights = msgspec.convert(valid, list[Row])
    batch = features(flights)
    assert features(flights[number : number + 1]) == {
        name: values[number : number + 1] for name, values in batch.items()
    }


def test_unknown_stays_unknown() -> None:
    """A null is None, never a zero or a mean."""
    row = of(**dict.fromkeys(NULLABLE))
    assert {name for name, value in row.items() if value is None} == NULLABLE
