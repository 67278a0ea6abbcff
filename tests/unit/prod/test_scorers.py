"""What answers: the compiled form where it is proven equal to the pipeline, the pipeline wherever it is not."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from prod import cpus, guard
from prod.app import create_app
from shared import artifact, compiled
from shared.artifact import CURRENT, MANIFEST, ArtifactError
from shared.compare import checks
from shared.compare.report import Finding, Severity
from shared.settings import Settings
from tests.unit.prod.conftest import Client, Metrics
from tests.unit.tiny import config, row, write_sealed


@pytest.fixture
def settings(trained: Settings, tmp_path: Path) -> Settings:
    """Artifacts of the test's own."""
    shutil.copytree(trained.models, tmp_path / "models", symlinks=True)
    return config(tmp_path)


def rewritten(settings: Settings, content: bytes | None) -> Settings:
    """The settings, after the current model's compiled form was replaced or removed, and the passport sealed again."""
    folder = settings.models / CURRENT
    passport = json.loads((folder / MANIFEST).read_text())
    if content is None:
        (folder / compiled.NAME).unlink()
        del passport["files"][compiled.NAME]
    else:
        (folder / compiled.NAME).write_bytes(content)
        sha256 = hashlib.sha256(content).hexdigest()
        passport["files"][compiled.NAME] = {"sha256": sha256, "bytes": len(content)}
    write_sealed(folder, passport)
    return settings


def edited(settings: Settings, **fields: Any) -> bytes:
    """The compiled form with some of its fields changed."""
    form: Mapping[str, Any] = json.loads((settings.models / CURRENT / compiled.NAME).read_text())
    return msgspec.json.encode({**form, **fields})


def differs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the environment differ from that of training in what can change predictions."""
    found = Finding("packages", "numpy", "1", "2", Severity.RISK, "why", "remedy")
    monkeypatch.setattr(checks, "run", lambda *_: ([found], []))


def same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have it differ in nothing."""
    monkeypatch.setattr(checks, "run", lambda *_: ([], []))


def test_the_compiled_form_serves(settings: Settings, metrics: Metrics) -> None:
    """Its name is in /model and in the metrics, and its answer is the pipeline's."""
    examined = guard.examine_here(settings)
    client = Client(create_app(settings, examined))
    found = client.get("/model").json["guard"]
    assert (found["scorer"], found["scorer_refused"]) == ("compiled", "")
    assert metrics.read("parity_model_info", model_version=examined.verdict.version, scorer="compiled") == 1
    pipeline = Client(create_app(replace(settings, scorer="pipeline")))
    assert pipeline.get("/model").json["guard"]["scorer"] == "pipeline"
    asked = {"instances": [row(), row(carrier="ZZ", temperature_f=None)]}
    assert client.predict(asked).json == pipeline.predict(asked).json


def test_a_model_without_a_compiled_form_is_served_by_its_pipeline(settings: Settings) -> None:
    """As any that cannot be compiled."""
    assert guard.examine_here(rewritten(settings, None)).verdict.scorer == "pipeline"


@pytest.mark.parametrize("alike", [True, False])
def test_the_form_of_another_model_is_refused(
    settings: Settings, alike: bool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Last week's compiled file beside this week's pipeline: the pipeline serves, and the log says why."""
    (same if alike else differs)(monkeypatch)
    monkeypatch.setattr(guard, "_apart", guard.examine)
    verdict = guard.renew(rewritten(settings, edited(settings, baseline=[0.5]))).verdict
    assert (verdict.scorer, verdict.outcome) == ("pipeline", "passed")
    assert "expected late_probability" in verdict.refused
    (line,) = [record for record in caplog.records if record.message == "the compiled scorer is refused"]
    assert line.evidence == verdict.refused  # type: ignore[attr-defined]


def test_where_anything_differs_the_form_is_compared_with_the_pipeline(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A form that is wrong where no golden request looks: at null in columns that are never null."""
    form = json.loads((settings.models / CURRENT / compiled.NAME).read_text())
    trees, names = form["trees"], [each["column"] for each in form["inputs"]]
    for node, column in enumerate(trees["column"]):
        if names[column] in ("departure_minute", "departure_weekday", "scheduled_minutes", "distance_miles"):
            trees["missing_left"][node] = not trees["missing_left"][node]
    content = edited(settings, trees=trees)
    same(monkeypatch)
    assert guard.examine_here(rewritten(settings, content)).verdict.scorer == "compiled"
    differs(monkeypatch)
    verdict = guard.examine_here(settings).verdict
    assert (verdict.scorer, verdict.outcome) == ("pipeline", "passed")
    assert "rows drawn" in verdict.refused


@pytest.mark.parametrize("mode", ["enforce", "off"])
def test_a_form_that_lies_is_not_served(settings: Settings, mode: str) -> None:
    """Sealed as it is, its trees lead outside: nothing of it reaches compiled code."""
    form = json.loads((settings.models / CURRENT / compiled.NAME).read_text())
    form["trees"]["left"][0] = 2**30
    rewritten(settings, edited(settings, trees=form["trees"]))
    with pytest.raises(ArtifactError, match="cannot be evaluated safely"):
        create_app(replace(settings, guard=mode))


def test_a_damaged_form_is_damage(settings: Settings) -> None:
    """Its hash is in the passport, as that of every file."""
    with (settings.models / CURRENT / compiled.NAME).open("ab") as file:
        file.write(b" ")
    with pytest.raises(ArtifactError, match="is damaged"):
        artifact.read(settings.models / CURRENT)


def test_a_start_without_fear_imports_neither_pandas_nor_scikit_learn(settings: Settings) -> None:
    """Where nothing differs: what examines, serves and answers is loaded, and nothing else."""
    program = f"""
import sys
from dataclasses import replace
from pathlib import Path
from prod.app import create_app
from shared import settings
from shared.compare import checks
checks.run = lambda *_: ([], [])
app = create_app(replace(settings.read(), artifacts=Path({str(settings.artifacts)!r}), log_bytes=0))
body = {json.dumps({"instances": [row()]})!r}
answer = app.test_client().post("/predict", data=body, content_type="application/json", headers={{"Host": "localhost"}})
assert answer.status_code == 200, answer.text
print(sorted({{"pandas", "sklearn", "skops"}} & sys.modules.keys()))
"""
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("limit", "expected"),
    [("50000 100000", 1), ("150000 100000", 2), ("900000 100000", 4), ("max 100000", 4), (None, 4)],
)
def test_cpus_are_those_of_the_limit(limit: str | None, expected: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a CPU is one worker, and there are no more than the process may run on."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2, 3})
    monkeypatch.setattr(cpus, "quota", lambda: limit)
    assert cpus.usable() == expected
