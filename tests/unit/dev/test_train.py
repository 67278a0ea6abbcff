"""Training: from tables to a published model whose passport says what it is."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dev import collect, train
from shared import contract, golden
from shared.artifact import CURRENT, MODEL, Model
from shared.settings import Settings
from tests.unit.tiny import PARAMS, config, flight


def test_the_passport_describes_the_model(trained: Settings, model: Model) -> None:
    """Its file's hash, the data's record, all parameters, the contract, and metrics better than the baseline."""
    passport = model.passport
    content = (trained.models / CURRENT / MODEL).read_bytes()
    assert passport.files == {MODEL: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}}
    assert passport.version.endswith(passport.files[MODEL]["sha256"][:8])
    assert (trained.models / CURRENT).readlink().name == passport.version
    sources = json.loads((trained.data / collect.NAME / "sources.json").read_text())
    assert sources.items() <= passport.data.items()
    assert passport.parameters == {**PARAMS.record(), "sample": None}
    assert passport.contract_sha256 == contract.sha256()
    assert passport.metrics["model"]["roc_auc"] > 0.8
    assert passport.metrics["baseline"]["roc_auc"] == 0.5


def test_the_counts_add_up(model: Model) -> None:
    """Every line read is kept, without an arrival, not sampled or broken."""
    report = model.passport.data["prepared"]
    parts = report["kept"] + report["without_arrival"] + report["not_sampled"] + sum(report["broken"].values())
    assert report["read"] == parts == 4 * 365


def test_golden_requests_are_real_and_edge_cases(model: Model) -> None:
    """Flights of the test months, late ones and others, and the edges of the contract."""
    recorded = model.passport.golden
    departures = [request["scheduled_departure"] for request in recorded.requests]
    assert sum(time >= "2013-10-01" for time in departures) >= PARAMS.golden.requests
    assert len(recorded.requests) == len(golden.edges(flight())) + PARAMS.golden.requests


def test_the_distribution_is_of_training_rows_only(model: Model) -> None:
    """Test months are not in it: drift is told against what was learned from."""
    latest = model.passport.distribution["scheduled_departure"]["quantiles"]["1.0"]
    assert latest < 1380585600  # 2013-10-01T00:00Z


@pytest.mark.parametrize("size", [2, 20, 100])
def test_half_of_the_drawn_rows_are_late(size: int) -> None:
    """Though far fewer flights are late, and without drawing any twice."""
    late = np.arange(1000) % 5 == 0
    rows = train._draw(late, size)
    assert late[rows].sum() == size // 2
    assert len(set(rows.tolist())) == size


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
    with pytest.raises(train.ParityError) as caught:
        train.train(replace(config(tmp_path), artifacts=trained.artifacts), PARAMS, sample=30)
    assert "--sample" in caught.value.remedy


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
