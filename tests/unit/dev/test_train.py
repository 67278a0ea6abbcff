"""Training: from tables to a published model whose passport says what it is."""

import datetime as dt
import errno
import hashlib
import itertools
import json
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

from dev import drawing, noise, rows, saving, train
from dev.distribution import distribution
from dev.prepare import prepare
from dev.problem import collect
from dev.split import SplitError
from dev.usual import training
from shared import contract, golden, window
from shared.artifact import CURRENT, MANIFEST, MODEL, SEAL, Model
from shared.columns import frame
from shared.passport import read
from shared.settings import Settings
from tests.unit.tiny import PARAMS, config, flight


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other processes answer as this one, and are not started: `trained` starts them, `test_noise` looks at that."""
    monkeypatch.setattr(noise, "_answers", lambda model, _: np.array(read(model)["golden"]["scores"]))


def test_the_passport_describes_the_model(trained: Settings, model: Model) -> None:
    """Its file's hash, the data's record, all parameters, the contract, and metrics better than the baseline."""
    passport = model.passport
    contents = {path.name: path.read_bytes() for path in (trained.models / CURRENT).iterdir()}
    assert contents.keys() == {MANIFEST, SEAL, *passport.files}
    assert passport.files == {
        name: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
        for name, content in contents.items()
        if name not in (MANIFEST, SEAL)
    }
    assert passport.version.endswith(passport.files[MODEL]["sha256"][:8])
    assert (trained.models / CURRENT).readlink().name == passport.version
    sources = json.loads((trained.data / collect.NAME / "sources.json").read_text())
    assert sources.items() <= passport.data.items()
    assert passport.parameters == {**PARAMS.record(), "sample": None, "test": None, "without": []}
    assert passport.contract_sha256 == contract.sha256()
    assert passport.metrics["model"]["roc_auc"] > 0.8
    assert passport.metrics["baseline"]["roc_auc"] == 0.5


def test_the_counts_add_up(model: Model) -> None:
    """Every line read is kept, without an outcome, not sampled or broken."""
    report = model.passport.data["prepared"]
    dropped = report["left_out"] + report["without_outcome"] + report["not_sampled"]
    parts = report["kept"] + dropped + sum(report["broken"].values())
    assert report["read"] == parts == 4 * 365


def test_golden_requests_are_real_and_edge_cases(model: Model) -> None:
    """Flights of the test months, late ones and others, and the edges of the contract."""
    recorded = model.passport.golden
    departures = [request["scheduled_departure"] for request in recorded.requests]
    assert sum(time >= "2013-10-01" for time in departures) >= PARAMS.golden.requests
    assert len(recorded.requests) == len(golden.edges(flight())) + PARAMS.golden.requests


def test_the_distribution_is_of_training_rows_only(trained: Settings, model: Model) -> None:
    """Test months are not in it: later rows are compared with what was learned from."""
    flights = prepare(trained.data / collect.NAME, 0.0).rows
    before = [each for each in flights if each.scheduled_departure.isoformat() < "2013-10-01"]
    table = frame(before)
    assert model.passport.distribution == distribution(table, PARAMS.window)
    assert window.outside(table, model.passport.distribution) == {}


def test_windows_are_of_the_test_months_row_after_row(trained: Settings, model: Model) -> None:
    """As many as the parameters say, none overlapping another, each the body of a request."""
    names = [name for name in model.passport.files if name.startswith("window-")]
    assert names == [f"window-{number}.json" for number in range(1, PARAMS.window.held_out + 1)]
    flights = msgspec.to_builtins(prepare(trained.data / collect.NAME, 0.0).rows)
    starts = []
    for name in names:
        rows = json.loads((trained.models / CURRENT / name).read_text())["instances"]
        starts.append(flights.index(rows[0]))
        assert flights[starts[-1] : starts[-1] + model.passport.distribution.rows] == rows
        assert rows[0]["scheduled_departure"] >= "2013-10-01"
    assert all(after - before >= model.passport.distribution.rows for before, after in itertools.pairwise(starts))


def test_what_is_usual_lies_beside_the_model(trained: Settings, model: Model) -> None:
    """Of windows of the training months, as large as those of the distribution; the passport vouches for the file."""
    content = (trained.models / CURRENT / training.NAME).read_bytes()
    normal = training.loads(content)
    assert model.passport.files[training.NAME]["bytes"] == len(content)
    assert normal.rows == model.passport.distribution.rows
    assert max(normal.times) < dt.datetime(2013, 10, 1, tzinfo=dt.UTC).timestamp()
    assert len(normal.times) >= 9


@pytest.mark.parametrize("size", [2, 20, 100])
def test_half_of_the_drawn_rows_are_late(size: int) -> None:
    """Though far fewer flights are late, and without drawing any twice."""
    late = np.arange(1000) % 5 == 0
    rows = drawing.golden_rows(late.astype(int), size)
    assert late[rows].sum() == size // 2
    assert len(set(rows.tolist())) == size


@pytest.mark.usefixtures("quiet")
def test_a_candidate_is_the_same_model_and_is_not_published(trained: Settings, model: Model, tmp_path: Path) -> None:
    """From rows that were saved: the same files and answers in a place of its own, over the one before."""
    made = config(tmp_path)
    rows.save(prepare(trained.data / collect.NAME, PARAMS.prepare.max_broken_share), made.prepared)
    made.candidate.mkdir()
    (made.candidate / "left-over").touch()
    candidate = train.train_candidate(made, PARAMS)
    assert candidate.passport.files == model.passport.files
    assert candidate.passport.golden.scores == model.passport.golden.scores
    for name in ("data", "parameters", "metrics", "threshold", "distribution"):
        assert getattr(candidate.passport, name) == getattr(model.passport, name)
    assert {path.name for path in made.candidate.iterdir()} == {MANIFEST, SEAL, *model.passport.files}
    assert [path.name for path in tmp_path.iterdir()] == ["pipeline"]


def test_a_candidate_needs_prepared_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command ends with 2, and names what to type."""
    monkeypatch.setattr(train.settings, "read", lambda: config(tmp_path))
    assert train.main(["--candidate"]) == 2
    assert "make repro" in capsys.readouterr().err


def test_without_data_it_fails_with_a_remedy_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command ends with 2, and names what to type; there is no model folder."""
    monkeypatch.setattr(train.settings, "read", lambda: config(tmp_path))
    assert train.main([]) == 2
    assert "make data" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_sample_too_small_fails_before_any_fit(trained: Settings, tmp_path: Path) -> None:
    """The remedy names the option."""
    with pytest.raises(SplitError) as caught:
        train.train(replace(config(tmp_path), artifacts=trained.artifacts), PARAMS, sample=30)
    assert "--sample" in caught.value.remedy


@pytest.mark.usefixtures("quiet")
def test_it_learns_from_before_the_days_of_testing_and_the_passport_says_which(
    trained: Settings, tmp_path: Path
) -> None:
    """Nothing of a month that is left out, nothing later; the same words give the same file."""
    made = config(tmp_path)
    made.data.symlink_to(trained.data)
    days = "2013-06-03/2013-07-01"
    first = train.train(made, PARAMS, test=days, without=["2013-03"]).passport
    assert (first.parameters["test"], first.parameters["without"]) == (days, ["2013-03"])
    assert first.parameters["split"] == {"by": "time", "test_from": "2013-06-03", "validate_from": "2013-05-04"}
    assert first.metrics["rows"] <= 28 * 4
    assert first.data["prepared"]["left_out"] == pytest.approx(4 * (31 + 184), abs=4)
    departures = [each["scheduled_departure"] for each in first.golden.requests[: PARAMS.golden.requests]]
    assert "2013-06-03" <= min(departures) <= max(departures) < "2013-07-01"
    again = train.train(made, PARAMS, test=days, without=["2013-03"]).passport
    assert again.files == first.files
    assert train.train(made, PARAMS, test=days).passport.files[MODEL] != first.files[MODEL]


def test_days_that_are_none_are_refused(
    trained: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As an error, with their form."""
    monkeypatch.setattr(train.settings, "read", lambda: trained)
    assert train.main(["--test", "2013-07-01/2013-06-17"]) == 2
    assert "--test 2024-10-01/2025-01-01" in capsys.readouterr().err


@pytest.mark.parametrize("sample", ["0", "-5"])
def test_a_sample_is_at_least_one(
    tmp_path: Path, trained: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], sample: str
) -> None:
    """No rows and fewer are refused as an error, not with a traceback."""
    monkeypatch.setattr(train.settings, "read", lambda: trained)
    with pytest.raises(SystemExit) as caught:
        raise SystemExit(train.main(["--sample", sample]))
    assert caught.value.code == 2
    assert "sample" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_an_error_before_training(
    trained: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not a traceback after it; the folder is named."""
    config = replace(trained, artifacts=Path("/proc/artifacts"))
    monkeypatch.setattr(train.settings, "read", lambda: config)
    assert train.main([]) == 2
    error = capsys.readouterr().err
    assert "cannot save a model in /proc" in error
    assert "preparing" not in error


def test_a_full_disk_is_an_error(
    trained: Settings, model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what the system reports, and nothing half-written."""

    def full(*_: object) -> Path:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(saving.artifact, "save", full)
    with pytest.raises(saving.SaveError) as caught:
        saving.save(model, {}, tmp_path)
    assert "No space left on device" in caught.value.evidence


def test_two_trainings_in_one_second_are_an_error(trained: Settings, model: Model) -> None:
    """The same bytes of the same second have the same version: the first stays, the second says so."""
    before = sorted(trained.models.iterdir())
    with pytest.raises(saving.SaveError, match="exists already") as caught:
        saving.save(model, {}, trained.models)
    assert "in the same second" in caught.value.evidence
    assert sorted(trained.models.iterdir()) == before
