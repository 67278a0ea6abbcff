"""One examination, and the verdict that everything names until the next one."""

import faulthandler
import json
import logging
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from prod import apart, guard
from prod.apart import Apart
from prod.app import create_app
from prod.guard import GuardError
from shared import artifact
from shared.artifact import CURRENT, MANIFEST, ArtifactError, Contents
from shared.compare.report import Finding, Report, Severity, Undecided
from shared.settings import Settings
from tests.unit.prod.conftest import Client, Metrics
from tests.unit.tiny import config, write_sealed


@pytest.fixture
def settings(trained: Settings, tmp_path: Path) -> Settings:
    """Artifacts of the test's own."""
    shutil.copytree(trained.models, tmp_path / "models", symlinks=True)
    return config(tmp_path)


@pytest.fixture
def contents(settings: Settings) -> Contents:
    """The current model's folder, read."""
    return artifact.read(settings.models / CURRENT)


@pytest.fixture(autouse=True)
def _held() -> Iterator[None]:
    """Leave what is held as it was."""
    before = guard.held
    yield
    guard.held = before


def mode(guarded: str) -> Settings:
    """Settings with the guard in this mode."""
    return replace(config(Path("/nowhere")), guard=guarded)


def later(settings: Settings) -> str:
    """Publish another version of the current model; returns its name."""
    folder = settings.models / "20300101T000000-00000000"
    shutil.copytree((settings.models / CURRENT).resolve(), folder)
    write_sealed(folder, json.loads((folder / MANIFEST).read_text()) | {"version": folder.name})
    artifact.publish(settings.models, folder.name)
    return folder.name


def test_what_was_examined_is_served(settings: Settings, metrics: Metrics) -> None:
    """Whatever `current` says since, and though the folder is gone: version and verdict are of that examination."""
    examined = guard.examine_here(settings)
    version = examined.verdict.version
    later(settings)
    shutil.rmtree(settings.models / version)
    client = Client(create_app(settings, examined))
    assert client.get("/ready").json == {"status": "ready", "model_version": version, "guard": "passed"}
    model = client.get("/model").json
    assert (model["version"], model["guard"]["model_version"], model["guard"]["outcome"]) == (
        version,
        version,
        "passed",
    )
    assert model["guard"]["report"]["replayed"] > 0
    assert metrics.read("parity_model_info", model_version=version, guard="passed", scorer="compiled") == 1


def test_nothing_hides_the_model_that_an_image_was_sealed_with(settings: Settings) -> None:
    """Neither another model nor an empty folder; the same model may be mounted."""
    version = guard.examine_here(settings).verdict.version
    sealed = replace(settings, sealed=version, guard="off")
    assert guard.examine_here(sealed).verdict.version == version
    other = later(settings)
    with pytest.raises(GuardError, match="something hides the model") as caught:
        guard.examine_here(sealed)
    assert f"expected {version}, got {other}" in caught.value.evidence
    shutil.rmtree(settings.models)
    with pytest.raises(GuardError, match="something hides the model") as caught:
        guard.renew(sealed)
    assert "without a volume" in caught.value.remedy


def test_a_renewal_holds_the_new_model_with_its_own_verdict(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """And the log names both."""
    monkeypatch.setattr(guard, "_apart", guard.examine)
    first = guard.renew(settings)
    version = later(settings)
    with caplog.at_level(logging.INFO, "prod"):
        second = guard.renew(settings)
    assert guard.held is second
    assert (first.verdict.version != version, second.verdict.version, second.verdict.outcome) == (
        True,
        version,
        "passed",
    )
    (line,) = [record for record in caplog.records if record.message == "model examined"]
    assert (line.model_version, line.outcome) == (version, "passed")  # type: ignore[attr-defined]


def test_a_model_that_is_refused_leaves_what_was_held(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The service goes on with it."""
    monkeypatch.setattr(guard, "_apart", guard.examine)
    before = guard.renew(settings)
    folder = settings.models / later(settings)
    (folder / MANIFEST).write_text("{}")
    with pytest.raises(ArtifactError):
        guard.renew(settings)
    assert guard.held is before


def test_with_the_guard_off_nothing_is_examined(contents: Contents) -> None:
    """The verdict says so."""
    verdict = guard.examine(contents, mode("off"))
    assert (verdict.outcome, verdict.report, verdict.moved) == ("off", None, None)


def test_the_verdict_comes_back_whole(contents: Contents, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the process that examined: findings, and what was undecided."""
    finding = Finding("packages", "numpy", "1", "2", Severity.RISK, "why", "remedy", 0.5, {"path": Path("/x")})
    report = Report("training", "here", (finding,), (Undecided("python", "reason", "remedy"),), 3)
    verdict = guard.Verdict(contents.passport.version, "warn", 1e-17, report)
    monkeypatch.setattr(guard, "examine", lambda *_: verdict)
    again = guard._apart(contents, mode("warn"))
    assert (again.version, again.moved, again.outcome) == (verdict.version, 1e-17, "warned")
    assert again.report
    assert again.report.findings[0].details == {"path": "/x"}
    assert again.report.undecided == report.undecided


def hang(*_: object) -> None:
    """Never end."""
    while True:
        time.sleep(1)


def crash(*_: object) -> None:
    """End as compiled code may."""
    faulthandler.disable()  # pytest's own, which would print where
    os.kill(os.getpid(), 11)


def fill(*_: object) -> None:
    """Ask for more memory than there may be."""
    bytearray(2 * apart.EXTRA_BYTES)


def fail(*_: object) -> None:
    """Fail in some library's way."""
    raise KeyError("nodes")


def damaged(*_: object) -> None:
    """Refuse it."""
    raise ArtifactError("it is damaged", evidence="evidence", remedy="remedy")


@pytest.mark.parametrize(
    ("examine", "kind", "what"),
    [
        (hang, GuardError, "did not end within 0.2 seconds"),
        (crash, GuardError, "crashed the process that examined it, by signal 11"),
        (fill, GuardError, "failed while it was examined"),
        (fail, GuardError, "failed while it was examined"),
        (damaged, ArtifactError, "it is damaged"),
    ],
)
def test_an_examination_is_bounded(
    contents: Contents, monkeypatch: pytest.MonkeyPatch, examine: object, kind: type[Exception], what: str
) -> None:
    """In time and memory; whatever becomes of it, one sentence says so."""
    monkeypatch.setattr(guard, "examine", examine)
    if examine is hang:
        monkeypatch.setattr(apart, "SECONDS", 0.2)
    with pytest.raises(kind, match=what):
        guard._apart(contents, mode("enforce"))


def test_an_examination_takes_what_was_found_of_files_ahead(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever found it; the examination reads it in a process of its own."""
    monkeypatch.setattr(guard, "snapshot", lambda known: pytest.fail(known.decode()))
    files = Apart(lambda: b"found ahead")
    with pytest.raises(pytest.fail.Exception, match="found ahead"):
        guard.examine(artifact.read(settings.models / CURRENT), mode("enforce"), files)
    files.end()


def test_a_refusal_is_prose_for_people(capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    """What, evidence and remedy, a line each; and one line of the log for machines."""
    error = GuardError("it answers otherwise here", evidence="numpy 1 became 2", remedy="make dev")
    assert guard.refuse(error) == 1
    assert capsys.readouterr().err.splitlines() == [
        "error: it answers otherwise here",
        "  evidence: numpy 1 became 2",
        "  remedy:   make dev",
    ]
    (line,) = caplog.records
    assert (line.levelname, line.remedy) == ("CRITICAL", "make dev")  # type: ignore[attr-defined]
