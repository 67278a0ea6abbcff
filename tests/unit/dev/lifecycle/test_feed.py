"""A month as requests: an hour of departures in each, in order, with what became of them."""

import json
from pathlib import Path

import msgspec
import numpy as np
import pytest

from dev.lifecycle import feed
from dev.rows import Prepared
from shared.settings import Settings
from tests.unit.tiny import flight

TIMES = ("03-31T23:50", "04-01T00:05", "04-01T00:55", "04-01T02:00", "04-30T23:59", "05-01T00:00")
FLIGHTS = [
    flight(scheduled_departure=f"2013-{time}:00Z", scheduled_arrival=f"2013-{time}:30Z", distance_miles=100 + number)
    for number, time in enumerate(TIMES)
]
PREPARED = Prepared(FLIGHTS, np.array([True, False, True, False, True, True]), {}, {})


def test_an_hour_is_a_request() -> None:
    """Named by the hour, from the month's first minute to its last, with the truths of its rows."""
    requests = list(feed.requests(PREPARED, "2013-04"))
    assert [each["id"] for each in requests] == ["2013-04-01T00", "2013-04-01T02", "2013-04-30T23"]
    assert [each["outcomes"] for each in requests] == [
        [{"late": False}, {"late": True}],
        [{"late": False}],
        [{"late": True}],
    ]
    assert [row.distance_miles for each in requests for row in each["instances"]] == [101, 102, 103, 104]


def test_fewer_rows_are_spread_over_the_month() -> None:
    """From its first flight to its last."""
    requests = list(feed.requests(PREPARED, "2013-04", rows=2))
    assert [each["id"] for each in requests] == ["2013-04-01T00", "2013-04-30T23"]


def test_the_file_has_a_line_for_each_request(
    trained: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As JSON, in which rows keep the contract."""
    monkeypatch.setattr(feed.settings, "read", lambda: trained)
    assert feed.main(["2013-05", "2013-06", "--folder", str(tmp_path / "months")]) == 0
    assert sorted(path.name for path in (tmp_path / "months").iterdir()) == ["2013-05.jsonl", "2013-06.jsonl"]
    lines = [json.loads(line) for line in (tmp_path / "months" / "2013-05.jsonl").read_text().splitlines()]
    rows = [msgspec.convert(row, feed.Row) for line in lines for row in line["instances"]]
    assert {row.scheduled_departure.strftime("%Y-%m") for row in rows} == {"2013-05"}
    assert len(rows) == sum(len(line["outcomes"]) for line in lines) > 100


def test_months_are_those_of_the_rows() -> None:
    """In order, whatever the year."""
    assert feed.months(PREPARED) == ["2013-03", "2013-04", "2013-05"]


def test_rows_without_time_have_no_months(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is an error, and nothing is written."""
    monkeypatch.setattr(feed.contract, "TIME", None)
    assert feed.main(["--folder", str(tmp_path / "months")]) == 2
    assert "have no time" in capsys.readouterr().err
    assert not (tmp_path / "months").exists()
