"""A folder of its own: nobody else's is wiped, and one month is broken at the source."""

import hashlib
import json
from pathlib import Path

import pytest

from dev.prepare import prepare
from dev.problem import collect
from shared.lifecycle.source import RECORD, FolderError, start
from tests.unit.tiny import listed, observed, tables

HOURS = ("2013-06-30T23:00:00Z", "2013-07-01T00:00:00Z", "2013-07-31T23:00:00Z", "2013-08-01T00:00:00Z")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Collected tables: a flight and its weather in each hour, 60 and 50 °F."""
    folder = tmp_path / "data"
    tables(folder / collect.NAME, [listed(hour) for hour in HOURS], [observed(hour) for hour in HOURS])
    return folder


def test_a_month_is_in_celsius_and_the_others_are_not(data: Path, tmp_path: Path) -> None:
    """Temperature and dew point, from the first hour to the last; what was collected stays as it is."""
    before = {path: path.read_bytes() for path in data.rglob("*") if path.is_file()}
    start(tmp_path / "own", data, "2013-07")
    flights = prepare(tmp_path / "own" / "data" / collect.NAME, 0.0).rows
    assert [each.temperature_f for each in flights] == [60.0, 15.56, 15.56, 60.0]
    assert [each.dew_point_f for each in flights] == [50.0, 10.0, 10.0, 50.0]
    assert {path: path.read_bytes() for path in before} == before


def test_missing_weather_stays_missing(tmp_path: Path) -> None:
    """There is nothing to convert."""
    folder = tmp_path / "data" / collect.NAME
    tables(folder, [listed(HOURS[1])], [observed(HOURS[1], temp="NA")])
    start(tmp_path / "own", tmp_path / "data", "2013-07")
    (flight,) = prepare(tmp_path / "own" / "data" / collect.NAME, 0.0).rows
    assert (flight.temperature_f, flight.dew_point_f) == (None, 10.0)


def test_the_record_says_what_the_file_is_now(data: Path, tmp_path: Path) -> None:
    """Passports take it from there: lineage tells that the table is another."""
    start(tmp_path / "own", data, "2013-07")
    folder = tmp_path / "own" / "data" / collect.NAME
    recorded = json.loads((folder / "sources.json").read_text())["files"]["weather.csv"]
    content = (folder / "weather.csv").read_bytes()
    assert (recorded["sha256"], recorded["bytes"]) == (hashlib.sha256(content).hexdigest(), len(content))
    assert recorded != json.loads((data / collect.NAME / "sources.json").read_text())["files"]["weather.csv"]


def test_without_a_month_to_break_nothing_changes(data: Path, tmp_path: Path) -> None:
    """The copy is the tables as they were collected."""
    start(tmp_path / "own", data, None)
    for path in (data / collect.NAME).iterdir():
        assert (tmp_path / "own" / "data" / collect.NAME / path.name).read_bytes() == path.read_bytes()


def test_its_own_folder_is_wiped_and_no_other(data: Path, tmp_path: Path) -> None:
    """One that holds a user's models is refused, and they are still there."""
    theirs = tmp_path / "artifacts"
    (theirs / "models").mkdir(parents=True)
    with pytest.raises(FolderError, match="not the life cycle's own"):
        start(theirs, data, None)
    assert (theirs / "models").is_dir()
    start(tmp_path / "own", data, None)
    (tmp_path / "own" / "models").mkdir()
    start(tmp_path / "own", data, None)
    assert sorted(path.name for path in (tmp_path / "own").iterdir()) == ["data", RECORD]


def test_it_says_what_to_do_without_data(tmp_path: Path) -> None:
    """And wipes nothing."""
    with pytest.raises(FolderError) as caught:
        start(tmp_path / "own", tmp_path / "data", None)
    assert caught.value.remedy == "make data"
