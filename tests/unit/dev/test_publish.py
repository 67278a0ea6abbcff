"""Publishing: the better model, or one that is hardly worse, and never by accident."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from dev import publish, rows
from dev.prepare import prepare
from dev.problem import collect
from shared import artifact
from shared.artifact import CURRENT, MANIFEST, Model
from shared.contract import Row
from shared.settings import Settings
from shared.target import Scores
from tests.unit.tiny import config, flight

Command = Callable[..., tuple[int, str, str]]

FLIGHTS = [
    flight(
        scheduled_departure=f"2013-06-03T{hour:02}:{minute:02}:00-04:00",
        scheduled_arrival=f"2013-06-03T{hour + 3:02}:00:00-04:00",
        wind_speed_mph=wind,
    )
    for hour in range(0, 20, 3)
    for minute in (0, 20)
    for wind in (2, 29)
]


class Scored(Model):
    """A model whose answers have the ROC AUC that is wanted."""

    def scores(self, rows: Sequence[Row]) -> Scores:
        """Worse than the pipeline's own where the version says so."""
        answers = super().scores(rows)
        return 1 - answers if "worse" in self.passport.version else answers


@pytest.fixture
def models(trained: Settings, tmp_path: Path) -> Path:
    """A folder of models with a current one."""
    return shutil.copytree(trained.models, tmp_path / "models", symlinks=True)


def candidate(models: Path, version: str) -> Model:
    """The same model once more, saved under another version."""
    current = artifact.load(models / CURRENT)
    model = Scored(current.pipeline, replace(current.passport, version=version))
    files = {name: (models / CURRENT / name).read_bytes() for name in current.passport.files}
    artifact.save(models, model, files)
    return model


def served(models: Path) -> str:
    """The version that is current."""
    return (models / CURRENT).readlink().name


def test_the_first_model_is_published(tmp_path: Path, model: Model) -> None:
    """There is nothing to compare it with."""
    artifact.save(tmp_path, model, {})
    assert "the first model" in publish.publish_if_better(tmp_path, model, [], np.array([]), 0.0)
    assert served(tmp_path) == model.passport.version


def test_a_first_model_that_is_no_better_than_the_baseline_is_published_and_named(tmp_path: Path, model: Model) -> None:
    """It is all that there is; whoever trains it reads what it is worth."""
    metrics = {"model": {"roc_auc": 0.48}, "baseline": {"roc_auc": 0.5}}
    noise = Model(model.pipeline, replace(model.passport, metrics=metrics))
    artifact.save(tmp_path, noise, {})
    decision = publish.publish_if_better(tmp_path, noise, [], np.array([]), 0.0)
    assert served(tmp_path) == noise.passport.version
    assert "no better than the baseline" in decision
    assert "ROC AUC 0.4800 against 0.5000" in decision


def test_a_much_worse_model_is_kept_but_not_published(models: Path) -> None:
    """It says so, with both scores and how to publish it anyway; the current one stays."""
    before = served(models)
    model = candidate(models, "worse")
    late = artifact.scores(model.pipeline, FLIGHTS)[:, 0] > 0.3
    decision = publish.publish_if_better(models, model, FLIGHTS, late, 0.005)
    assert served(models) == before
    assert (models / "worse" / MANIFEST).exists()
    assert decision.startswith("kept worse but did not publish it: ROC AUC 0.0000, current")
    assert "has 1.0000" in decision
    assert "make publish VERSION=worse" in decision


@pytest.mark.parametrize(("margin", "published"), [(1.0, True), (0.999, False)])
def test_the_margin_is_inclusive(models: Path, margin: float, published: bool) -> None:
    """A loss of just the margin is accepted, more is not."""
    model = candidate(models, "worse")
    late = artifact.scores(model.pipeline, FLIGHTS)[:, 0] > 0.3
    assert roc_auc_score(late, model.scores(FLIGHTS)[:, 0]) == 0
    publish.publish_if_better(models, model, FLIGHTS, late, margin)
    assert (served(models) == "worse") is published


def test_a_better_model_replaces_a_worse_one(models: Path) -> None:
    """On the same flights, even without any margin."""
    model = candidate(models, "better")
    late = artifact.scores(model.pipeline, FLIGHTS)[:, 0] > 0.3
    decision = publish.publish_if_better(models, model, FLIGHTS, ~late, 0.0)
    assert served(models) == "better"
    assert decision.startswith("published better: the same file as")


def test_a_damaged_current_model_does_not_block(models: Path) -> None:
    """There is nothing to compare with, so the new one is published, and the reason is decision."""
    model = candidate(models, "new")
    (models / CURRENT / MANIFEST).write_text("{")
    decision = publish.publish_if_better(models, model, FLIGHTS, np.arange(len(FLIGHTS)) % 2 == 0, 0.0)
    assert served(models) == "new"
    assert "damaged" in decision


def test_a_lost_current_model_does_not_block(models: Path) -> None:
    """Nor one whose folder is gone."""
    model = candidate(models, "new")
    shutil.rmtree(models / served(models))
    publish.publish_if_better(models, model, FLIGHTS, np.arange(len(FLIGHTS)) % 2 == 0, 0.0)
    assert served(models) == "new"


@pytest.fixture
def command(models: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """`python3 -m dev.publish` with these arguments: exit code, stdout and stderr."""

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["publish", *arguments])
        monkeypatch.setattr(publish.settings, "read", lambda: config(models.parent))
        code = publish.main()
        return code, *capsys.readouterr()

    return run


def test_by_hand_any_whole_model_can_be_published(models: Path, command: Command) -> None:
    """Going back is one command, and the list shows which one is current."""
    old = served(models)
    candidate(models, "new")
    assert command("new")[0] == 0
    assert served(models) == "new"
    assert command()[1].splitlines() == [f"{old} ", "new (current)"]
    command(old)
    assert served(models) == old


@pytest.mark.parametrize("version", ["nothing", "../models/new", CURRENT, ".", ""])
def test_by_hand_only_a_version_can_be_published(models: Path, command: Command, version: str) -> None:
    """What is not in the list is refused with the list; `current` cannot be made to lead to itself."""
    before = served(models)
    code, _, stderr = command(version)
    assert (code, served(models)) == (2, before)
    assert before in stderr


def test_by_hand_a_damaged_model_is_not_published(models: Path, command: Command) -> None:
    """It is loaded first."""
    before = served(models)
    candidate(models, "new")
    (models / "new" / artifact.MODEL).write_bytes(b"")
    code, _, stderr = command("new")
    assert (code, served(models)) == (1, before)
    assert "is damaged" in stderr


@pytest.fixture
def pipeline(trained: Settings, models: Path) -> Path:
    """What the pipeline leaves: rows, and the same model under another version; the folder of that."""
    made = config(models.parent)
    rows.save(prepare(trained.data / collect.NAME, 0.0), made.prepared)
    current = artifact.load(models / CURRENT)
    again = Model(current.pipeline, replace(current.passport, version="again"))
    files = {name: (models / CURRENT / name).read_bytes() for name in current.passport.files}
    return artifact.save(made.candidate.parent, again, files).rename(made.candidate)


def test_the_pipelines_model_is_published_like_any_other(models: Path, pipeline: Path, command: Command) -> None:
    """It is put beside the others, whole, and stays where it was; doing so again changes nothing."""
    for _ in range(2):
        code, decision, _ = command("--candidate")
        assert (code, served(models)) == (0, "again")
        assert decision.startswith("published again: the same file as")
        assert {path.name: path.read_bytes() for path in (models / "again").iterdir()} == {
            path.name: path.read_bytes() for path in pipeline.iterdir()
        }


def test_the_pipelines_model_is_judged_on_its_own_test_months(
    models: Path, pipeline: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Flights that it has not learned from."""
    seen: list[Sequence[Row]] = []
    monkeypatch.setattr(
        publish, "publish_if_better", lambda _models, _model, flights, late, _loss: seen.append(flights)
    )
    publish.publish_candidate(config(models.parent), 0.0)
    assert min(each.scheduled_departure.isoformat()[:10] for each in seen[0]) == "2013-10-01"


def test_without_a_pipelines_model_it_says_what_makes_one(command: Command) -> None:
    """No traceback, and no other model's remedy."""
    code, _, stderr = command("--candidate")
    assert code == 2
    assert "make repro" in stderr
