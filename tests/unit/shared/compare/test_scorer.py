"""What serves is asked, and compared with the pipeline, wherever golden requests are replayed."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from shared import compiled
from shared.artifact import CURRENT, MANIFEST
from shared.compare.answer import answer
from shared.compare.checks import scorer
from shared.compare.report import Finding, Severity, Snapshot, Undecided
from shared.scorer import DRAWN
from shared.settings import Settings
from tests.unit.tiny import write_sealed

COMPILED = {"kind": "compiled", "refused": False, "golden": 0.0, "drawn": 1e-16, "requests": 9, "rows": 99}
EQUAL = COMPILED | {"noise_floor": 1e-15}
REFUSED = EQUAL | {"kind": "pipeline", "refused": True, "drawn": 0.03}


def checked(ours: dict[str, Any] | None, theirs: dict[str, Any] | None) -> list[Finding | Undecided]:
    """What the check says of two sides that were replayed."""
    facts = [{"stages": {"value": {"features": {}}}, "scorer": {"value": fact}} for fact in (ours, theirs)]
    return list(scorer.check(Snapshot("A", facts[0]), Snapshot("B", facts[1])))


@pytest.fixture
def folder(trained: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model folder of the test's own, to be asked in this process, which can be watched only once."""
    monkeypatch.setattr("shared.compare.answer._watch", dict)
    return Path(shutil.copytree(trained.models / CURRENT, tmp_path / "model"))


def rewritten(folder: Path) -> None:
    """Missing values go the other way in its compiled form, and the passport has the hash of that."""
    form = compiled.read((folder / compiled.NAME).read_bytes())
    form.trees.missing_left = [not left for left in form.trees.missing_left]
    (folder / compiled.NAME).write_bytes(compiled.write(form))
    passport = json.loads((folder / MANIFEST).read_text())
    passport["files"][compiled.NAME] |= digest(compiled.write(form))
    write_sealed(folder, passport)


def digest(content: bytes) -> dict[str, Any]:
    """As the passport has it."""
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def test_the_compiled_form_answers_where_it_is_the_pipeline(folder: Path) -> None:
    """It has how far it was compared; the golden answers are those of training."""
    fact = answer(folder)["scorer"]
    assert (fact["kind"], fact["refused"], fact["rows"]) == ("compiled", False, DRAWN)
    assert max(fact["golden"], fact["drawn"]) <= fact["noise_floor"]


@pytest.mark.parametrize(("guard", "kind"), [("enforce", "pipeline"), ("warn", "pipeline"), ("off", "compiled")])
def test_one_that_is_not_answers_only_where_the_guard_is_off(
    folder: Path, guard: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Elsewhere the pipeline does, as in prod; either way it is known to differ."""
    honest = answer(folder)["stages"]
    rewritten(folder)
    monkeypatch.setenv("PARITY_GUARD", guard)
    facts = answer(folder)
    assert facts["scorer"]["kind"] == kind
    assert scorer.beyond(facts["scorer"])
    assert (facts["stages"]["probability"] == honest["probability"]) == (kind == "pipeline")
    assert facts["stages"]["raw score"] == honest["raw score"]


def test_a_failure_names_files_as_they_are_in_the_folder(folder: Path) -> None:
    """Each replay has a folder of its own, so two failures would never be alike."""
    (folder / "model.skops").write_bytes(b"damaged")
    failure = answer(folder)["failure"]
    assert failure["what"].startswith("model.skops")
    assert str(folder) not in str(failure)


def test_where_the_pipeline_is_chosen_nothing_else_is_asked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor where there is nothing else."""
    monkeypatch.setenv("PARITY_SCORER", "pipeline")
    assert answer(folder)["scorer"] == {"kind": "pipeline"}


@pytest.mark.parametrize(
    ("ours", "theirs", "severity"),
    [
        (EQUAL, REFUSED, Severity.RISK),
        (REFUSED, REFUSED, Severity.RISK),
        (EQUAL | {"golden": 0.03}, EQUAL, Severity.BREAKS),
        (EQUAL, EQUAL | {"drawn": float("nan")}, Severity.BREAKS),
        (EQUAL, {"kind": "pipeline"}, Severity.NOTE),
    ],
)
def test_a_scorer_that_is_not_the_pipeline_is_found(
    ours: dict[str, Any], theirs: dict[str, Any], severity: Severity
) -> None:
    """On either side, even where both are alike; where it serves it breaks."""
    for pair in ((ours, theirs), (theirs, ours)):
        (found,) = checked(*pair)
        assert isinstance(found, Finding)
        assert (found.check, found.severity, found.replayed) == ("scorer", severity, severity is Severity.NOTE)
        assert "pipeline" in found.a + found.b


def test_sides_that_are_answered_alike_are_clean() -> None:
    """By either; a side without answers says nothing, and answers of nobody knows what are undecided."""
    assert checked(EQUAL, EQUAL) == checked({"kind": "pipeline"}, {"kind": "pipeline"}) == []
    assert list(scorer.check(Snapshot("A", {}), Snapshot("B", {}))) == []
    (found,) = checked(EQUAL, None)
    assert isinstance(found, Undecided)
