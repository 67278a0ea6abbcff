"""The stage that evaluates the pipeline's model."""

import csv
import json
from pathlib import Path

import pytest

from dev import evaluate as stage
from dev import rows
from dev.prepare import prepare
from dev.problem import collect
from dev.scoring import SCORING
from shared import artifact
from shared.artifact import Model
from shared.settings import Settings
from tests.unit.tiny import config


def test_the_stage_writes_what_the_passport_says_and_the_points(
    trained: Settings, model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Metrics as at training; a point for each whole percent, a line for each bin."""
    made = config(tmp_path)
    rows.save(prepare(trained.data / collect.NAME, 0.0), made.prepared)
    files = {name: (trained.models / artifact.CURRENT / name).read_bytes() for name in model.passport.files}
    artifact.save(made.candidate.parent, model, files).rename(made.candidate)
    monkeypatch.setattr(stage.settings, "read", lambda: made)
    assert stage.main() == 0
    recorded = {**model.passport.metrics["model"], "threshold": model.passport.threshold}
    curves = SCORING.curves(recorded)
    assert json.loads((made.evaluation / stage.METRICS).read_text()) == {
        name: value for name, value in recorded.items() if not isinstance(value, list)
    }
    assert {path.name for path in made.evaluation.iterdir()} == {stage.METRICS, *curves}
    for name, points in curves.items():
        with (made.evaluation / name).open(newline="") as file:
            assert [{key: float(text) for key, text in line.items()} for line in csv.DictReader(file)] == points


def test_the_stage_needs_a_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No traceback."""
    monkeypatch.setattr(stage.settings, "read", lambda: config(tmp_path))
    assert stage.main() == 1
    assert "remedy" in capsys.readouterr().err
