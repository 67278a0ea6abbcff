"""What kinds of requests there are: text outside ASCII, and times at which the rules of a zone differ."""

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.parity.replay import kinds

JANUARY_2013, JULY_2024 = 156, 294
"""Numbers of months since 2000."""


@pytest.mark.parametrize(
    ("request_", "beyond"),
    [({"a": "abc", "b": 1}, False), ({"a": "é"}, True), ({"é": 1}, True), ([["x", {"y": "日本"}]], True), (1, False)],
)
def test_text_beyond_ascii(request_: Any, beyond: bool) -> None:
    """In names and in values, at any depth."""
    assert kinds.kinds([request_]).beyond_ascii is beyond


@pytest.mark.parametrize(
    "request_",
    [
        {"departure": "2013-01-01T05:15:00-05:00"},
        {"day": "2013-01-01"},
        {"text": "on 2013-01-01 05:15 at night"},
        {"event_time": 1357041600},
        {"timestamp": 1357041600000},
    ],
)
def test_times_are_found_however_they_are_written(request_: Any) -> None:
    """ISO 8601, or seconds or milliseconds in a field that is called a time."""
    assert kinds.kinds([request_]).months == {JANUARY_2013}


def test_a_number_is_no_time_by_itself() -> None:
    """Nor is a date that does not exist."""
    assert kinds.kinds([{"price": 1357041600, "day": "2013-99-99"}]).months == frozenset()


def rules(later: int) -> kinds.Offsets:
    """A zone that moves by an hour from some month on, beside one that does not."""
    return {"Africa/Cairo": [[0, 7200], [later, 10800]], "Asia/Tokyo": [[0, 32400]]}


def test_months_in_which_rules_differ() -> None:
    """Of the zone that does."""
    found = kinds.changed(rules(280), rules(300))
    assert found == {"Africa/Cairo": frozenset(range(280, 300))}
    assert kinds.changed(rules(280), rules(280)) == {}


@pytest.mark.parametrize(
    ("dates", "missing"),
    [
        (["2013-01-01"], True),
        (["2024-07-01"], True),
        (["2013-01-01", "2024-07-01"], False),
        ([], True),
    ],
)
def test_times_lie_on_both_sides_of_a_change(dates: list[str], missing: bool) -> None:
    """One where the rules differ, and one where they agree; else a date is named."""
    changed = kinds.changed(rules(280), rules(300))
    wanted = kinds.unreached(kinds.kinds([{"day": day} for day in dates]), changed)
    assert bool(wanted) is missing
    assert set(wanted) <= {"Africa/Cairo"}
    for day in wanted.values():
        assert datetime.fromisoformat(day).replace(tzinfo=UTC)


def test_a_zone_that_requests_name_is_the_one_that_counts() -> None:
    """Others are not asked for."""
    changed = {"Africa/Cairo": frozenset({JULY_2024}), "Asia/Gaza": frozenset({290})}
    asked = [{"zone": "Africa/Cairo", "at": "2024-07-01"}, {"at": "2013-01-01"}]
    assert kinds.unreached(kinds.kinds(asked), changed) == {}
    assert set(kinds.unreached(kinds.kinds([{"at": "2024-07-01"}]), changed)) == {"Asia/Gaza"}


def test_one_date_may_do_for_many_zones() -> None:
    """The fewest that reach all."""
    changed = {f"Zone/{number}": frozenset({JULY_2024, 200 + number}) for number in range(30)}
    assert len(kinds.unreached(kinds.kinds([]), changed)) == 1


def test_where_rules_differ_always_any_time_will_do() -> None:
    """There is none at which they agree."""
    always = {"local time": frozenset(range(kinds.STEPS))}
    assert kinds.unreached(kinds.kinds([{"day": "2013-01-01"}]), always) == {}
    assert set(kinds.unreached(kinds.kinds([{"day": "soon"}]), always)) == {"local time"}
