"""Preparation: each row holds what was known at its scheduled departure, and nothing from later."""

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dev import prepare as stage
from dev import rows
from dev.prepare import PrepareError, prepare
from dev.problem import collect
from dev.problem.prepare import _recent_delay as recent_delay
from dev.rows import Prepared
from shared.errors import ParityError
from tests.unit.tiny import PARAMS, Fields, config, listed, observed, tables


def prepared(folder: Path, flights: list[Fields], weather: list[Fields] | None = None, **options: Any) -> Prepared:
    """Prepare these lines; flights are numbered in order, so that rows can be distinguished."""
    numbered = [{**line, "flight": number, "distance": 100 + number} for number, line in enumerate(flights)]
    return prepare(tables(folder, numbered, weather or [observed()]), **{"max_broken_share": 0.0, **options})


def by_number(result: Prepared) -> dict[int, Any]:
    """The rows by the position of their line."""
    return {int(flight.distance_miles) - 100: flight for flight in result.rows}


NOON = "2013-06-03T16:00:00Z"
BEFORE = "2013-06-03T15:00:00Z"
TWO_BEFORE = "2013-06-03T14:00:00Z"


def test_recent_delays_by_hand(tmp_path: Path) -> None:
    """At noon count the flights that left from 11:00 to before noon, wherever they were scheduled."""
    flights = [
        listed(NOON, carrier="B6"),  # 0: asks
        listed(BEFORE, minute=0, dep_delay=0, carrier="B6"),  # 1: left 11:00, the first that counts
        listed(TWO_BEFORE, minute=59, dep_delay=0, carrier="B6"),  # 2: left 10:59, too long ago but for its carrier
        listed(BEFORE, minute=30, dep_delay=29, carrier="UA"),  # 3: left 11:59
        listed(BEFORE, minute=30, dep_delay=30, carrier="B6"),  # 4: left at noon: not known before it
        listed(BEFORE, minute=10, dep_delay=300, carrier="B6"),  # 5: scheduled before noon, left long after
        listed(NOON, minute=5, dep_delay=-10, carrier="UA"),  # 6: scheduled after noon, left 11:55
        listed(TWO_BEFORE, minute=0, dep_delay=119, carrier="B6"),  # 7: left 11:59, scheduled two hours ago
        listed(BEFORE, minute=20, dep_delay="NA", arr_delay="NA", carrier="B6"),  # 8: cancelled
        listed(BEFORE, minute=40, dep_delay=60, origin="JFK", carrier="B6"),  # 9: from elsewhere
        listed(TWO_BEFORE, minute=0, dep_delay=-1, carrier="B6"),  # 10: left 09:59, before 120 minutes
    ]
    row = by_number(prepared(tmp_path, flights))[0]
    assert row.recent_delay_minutes == pytest.approx((0 + 29 - 10 + 119) / 4, abs=0.05)
    assert row.recent_carrier_delay_minutes == pytest.approx((0 + 0 + 119) / 3, abs=0.05)


def departures(seed: int) -> pd.DataFrame:
    """Flights of three days, some hours late."""
    draw = np.random.default_rng(seed)
    minute = np.sort(draw.integers(0, 3 * 24 * 60, 600))
    delay = np.where(draw.random(600) < 0.1, np.nan, draw.integers(-20, 60, 600) + 400 * (draw.random(600) < 0.05))
    times = pd.Timestamp("2013-06-03", tz="UTC").as_unit("us") + pd.to_timedelta(minute, unit="min")
    columns = {"scheduled_departure": times, "origin": draw.choice(["EWR", "JFK"], 600), "dep_delay": delay}
    return pd.DataFrame(columns).assign(carrier=draw.choice(["B6", "UA"], 600))


@pytest.mark.parametrize("by", [["origin"], ["origin", "carrier"]])
@pytest.mark.parametrize("minutes", [60, 120])
def test_recent_delays_of_partitions_are_those_of_the_whole(by: list[str], minutes: int) -> None:
    """By group, or by hour with what left in the window before it, by the time it did leave; not with that alone."""
    table = departures(minutes)
    whole = recent_delay(table, by, minutes)
    grouped = [recent_delay(part, by, minutes) for _, part in table.groupby("origin")]
    pd.testing.assert_series_equal(pd.concat(grouped).sort_index(), whole)
    left = table["scheduled_departure"] + pd.to_timedelta(table["dep_delay"], unit="min")
    hours, window, hour = table["scheduled_departure"].dt.floor("h"), pd.Timedelta(minutes, "min"), pd.Timedelta(1, "h")
    found = {True: pd.Series(np.nan, index=table.index), False: pd.Series(np.nan, index=table.index)}
    for begin in hours.unique():
        asked = hours == begin
        before = (left >= begin - window) & (left < begin + hour)
        for overlaps, known in ((True, asked | before), (False, asked)):
            found[overlaps][asked] = recent_delay(table[known], by, minutes)[asked[known]]
    pd.testing.assert_series_equal(found[True], whole)
    assert not found[False].equals(whole)


def test_without_recent_flights_their_delay_is_unknown(tmp_path: Path) -> None:
    """No flight is not a delay of zero."""
    flights = [listed(NOON), listed(NOON, minute=30, dep_delay="NA", arr_delay="NA")]
    row = by_number(prepared(tmp_path, flights))[0]
    assert (row.recent_delay_minutes, row.recent_carrier_delay_minutes) == (None, None)


def test_a_row_does_not_know_its_own_delay_nor_what_comes_after(tmp_path: Path) -> None:
    """Changing all that happens from a departure on changes nothing in its row."""
    past = [listed(BEFORE, dep_delay=7)]
    calm = [*past, listed(NOON), listed(NOON, minute=1)]
    wild = [*past, listed(NOON, dep_delay=200, arr_delay=200), listed(NOON, minute=1, dep_delay=90, arr_delay=300)]
    assert by_number(prepared(tmp_path / "calm", calm))[1] == by_number(prepared(tmp_path / "wild", wild))[1]


def test_weather_is_that_of_the_origin_in_that_hour(tmp_path: Path) -> None:
    """Joined by origin and hour; a missing observation or value is null."""
    flights = [listed(NOON, minute=59), listed(NOON, origin="JFK"), listed(BEFORE), listed(TWO_BEFORE)]
    weather = [
        observed(NOON, temp=61.0),
        observed(NOON, origin="JFK", temp=62.0, wind_gust=30.0),
        observed(BEFORE, temp="NA"),
    ]
    rows = by_number(prepared(tmp_path, flights, weather))
    assert [rows[number].temperature_f for number in range(4)] == [61.0, 62.0, None, None]
    assert [rows[number].humidity_percent for number in range(4)] == [70.0, 70.0, 70.0, None]
    assert [rows[number].wind_gust_mph for number in range(4)] == [None, 30.0, None, None]


def test_twice_the_same_hour_of_weather_stops(tmp_path: Path) -> None:
    """It would silently double the flights of that hour."""
    with pytest.raises(ValueError, match="many-to-one"):
        prepared(tmp_path, [listed()], [observed(), observed()])


def test_a_cancelled_flight_is_no_row_but_was_on_the_timetable(tmp_path: Path) -> None:
    """It is dropped and counted, and still counts among the departures of its hour."""
    flights = [listed(), listed(minute=30, dep_delay="NA", arr_delay="NA"), listed(origin="JFK"), listed(NOON)]
    result = prepared(tmp_path, flights)
    assert {number: row.departures_this_hour for number, row in by_number(result).items()} == {0: 2, 2: 1, 3: 1}
    assert result.report["read"] == 4
    assert result.report["without_outcome"] == 1
    assert result.report["kept"] == 3


@pytest.mark.parametrize(
    ("time_hour", "minute", "dest", "arrives", "hours"),
    [
        ("2013-06-03T12:00:00Z", 0, "BOS", 915, 1.25),  # 08:00 to 09:15
        ("2013-06-03T12:00:00Z", 0, "IAH", 1030, 3.5),  # 08:00 to 10:30, an hour behind
        ("2013-06-04T01:00:00Z", 30, "LAX", 30, 6.0),  # 21:30 to 00:30 the next day, three hours behind
        ("2013-06-04T03:00:00Z", 59, "BOS", 54, 55 / 60),  # 23:59 to 00:54
        ("2013-06-03T12:00:00Z", 0, "SJU", 1145, 3.75),  # Puerto Rico, not among the airports
        ("2013-01-03T13:00:00Z", 0, "SJU", 1245, 3.75),  # in winter it is an hour ahead
        ("2013-06-03T16:00:00Z", 0, "IAH", 1059, 23 + 59 / 60),  # 11:00 there when it leaves
    ],
)
def test_arrival_is_local_there(
    tmp_path: Path, time_hour: str, minute: int, dest: str, arrives: int, hours: float
) -> None:
    """The timetable's arrival is a local time, perhaps of the next day."""
    line = listed(time_hour, minute=minute, dest=dest, sched_arr_time=arrives)
    (flight,) = prepared(tmp_path, [line]).rows
    assert (flight.scheduled_arrival - flight.scheduled_departure).total_seconds() / 3600 == pytest.approx(hours)
    assert f"{flight.scheduled_departure:%Y-%m-%dT%H:%M}" == time_hour[:14] + f"{minute:02}"


def test_late_from_15_minutes_on(tmp_path: Path) -> None:
    """The label is that of the US Department of Transportation."""
    result = prepared(tmp_path, [listed(minute=number, arr_delay=delay) for number, delay in enumerate((14, 15, -3))])
    assert result.truths.tolist() == [False, True, False]
    assert result.truths.dtype == np.bool_


def test_rows_are_in_order_of_time_with_their_labels(tmp_path: Path) -> None:
    """However the lines were ordered; each label stays with its row."""
    lines = [listed(NOON, arr_delay=60), listed(TWO_BEFORE, arr_delay=0), listed(BEFORE, arr_delay=60)]
    result = prepared(tmp_path, lines)
    assert [int(row.distance_miles) - 100 for row in result.rows] == [1, 2, 0]
    assert result.truths.tolist() == [False, True, True]


def test_a_broken_row_is_kept_out_and_counted(tmp_path: Path) -> None:
    """Rows that break the contract are counted by reason, and their labels go with them."""
    lines = [listed(), listed(minute=1, carrier="ua", arr_delay=60), listed(minute=2, arr_delay=60)]
    result = prepared(tmp_path, lines, max_broken_share=0.5)
    assert sorted(by_number(result)) == [0, 2]
    assert result.truths.tolist() == [False, True]
    ((reason, count),) = result.report["broken"].items()
    assert count == 1
    assert reason.startswith("carrier: expected text matching")
    assert reason.endswith('got "ua" (text) in row 1')


def test_too_many_broken_rows_stop(tmp_path: Path) -> None:
    """The error has the numbers, the most frequent reason and what to do; at the limit it goes on."""
    lines = [listed(minute=number, carrier=carrier) for number, carrier in enumerate(("UA", "u!", "u!", "ua"))]
    assert prepared(tmp_path / "at", lines, max_broken_share=0.75).report["kept"] == 1
    with pytest.raises(PrepareError) as caught:
        prepared(tmp_path / "over", lines, max_broken_share=0.74)
    assert caught.value.what == "3 of 4 rows break the contract, more than 74.00%"
    assert caught.value.evidence.startswith("most often (3 times) carrier")
    assert "max_broken_share" in caught.value.remedy


def test_a_sample_is_reproducible(tmp_path: Path) -> None:
    """The same seed draws the same rows, another seed draws others, and the rest is counted."""
    lines = [listed(minute=number) for number in range(30)]
    first, again, other = (prepared(tmp_path, lines, sample=10, seed=seed) for seed in (0, 0, 1))
    assert first.rows == again.rows != other.rows
    assert (first.report["kept"], first.report["not_sampled"]) == (10, 20)


def test_a_sample_knows_the_flights_that_were_not_drawn(tmp_path: Path) -> None:
    """A smaller sample has fewer rows, not other rows: delays are of all flights."""
    lines = [listed(BEFORE, minute=number, dep_delay=number) for number in range(30)] + [
        listed(NOON, minute=number) for number in range(30)
    ]
    everything = by_number(prepared(tmp_path, lines))
    assert by_number(prepared(tmp_path, lines, sample=20)).items() <= everything.items()


def test_later_days_and_named_months_are_left_out(tmp_path: Path) -> None:
    """From midnight UTC on, and counted; what is kept knows nothing of them, and all of what came before."""
    hours = ("06-30T23", "07-01T00", "07-31T23", "08-01T00", "08-31T23", "09-01T00")
    lines = [listed(f"2013-{hour}:00:00Z", flight=at, dep_delay=5) for at, hour in enumerate(hours)]
    result = prepared(tmp_path, lines, until=dt.date(2013, 9, 1), without=["2013-07"])
    assert [f"{each.scheduled_departure:%m-%dT%H}" for each in result.rows] == ["06-30T23", "08-01T00", "08-31T23"]
    assert result.rows[1].recent_delay_minutes == 5  # of the flight an hour before, which is left out itself
    assert (result.report["left_out"], result.report["kept"]) == (3, 3)


def test_a_larger_sample_than_there_are_rows_is_all_rows(tmp_path: Path) -> None:
    """Asking for too many is no error."""
    assert prepared(tmp_path, [listed()], sample=100).report["kept"] == 1


def test_without_data_it_says_how_to_get_it(tmp_path: Path) -> None:
    """The first thing that a newcomer meets."""
    with pytest.raises(PrepareError) as caught:
        prepare(tmp_path, 0.0)
    assert str(tmp_path) in caught.value.evidence
    assert caught.value.remedy == "make data"


def test_an_airport_without_a_time_zone_stops(tmp_path: Path) -> None:
    """Where nothing says what local time is, arrivals are not guessed at: the airport is named."""
    with pytest.raises(ParityError) as caught:
        prepared(tmp_path, [listed(), listed(dest="XYZ")])
    assert "XYZ" in str(caught.value)


@pytest.mark.parametrize(("arguments", "kept"), [([], 30), (["--sample", "10"], 10)])
def test_the_stage_saves_its_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], kept: int
) -> None:
    """As prepared, for the next stage; what became of the others is printed."""
    made = config(tmp_path)
    lines = [listed(minute=number) for number in range(30)]
    expected = prepared(made.data / collect.NAME, lines, sample=10 if arguments else None, seed=PARAMS.model.seed)
    monkeypatch.setattr("sys.argv", ["prepare", *arguments])
    monkeypatch.setattr(stage.settings, "read", lambda: made)
    assert stage.main() == 0
    saved = rows.load(made.prepared)
    assert (saved.rows, saved.report, saved.sample) == (expected.rows, expected.report, expected.sample)
    assert f"{kept} kept" in capsys.readouterr().out


def test_the_stage_needs_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It ends with 2 and what to type."""
    monkeypatch.setattr("sys.argv", ["prepare"])
    monkeypatch.setattr(stage.settings, "read", lambda: config(tmp_path))
    assert stage.main() == 2
    assert "make data" in capsys.readouterr().err
