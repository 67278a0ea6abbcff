"""Lineage: every input that changes is named, and so is what was answered."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from shared import lineage
from shared.passport import PassportError
from shared.prediction_log import FOLDER, NAME, SCHEMA
from shared.settings import Settings


@pytest.fixture
def models(trained: Settings, tmp_path: Path) -> Path:
    """A folder with one model, as it was trained."""
    (tmp_path / "models").mkdir()
    shutil.copytree(trained.models / "current", tmp_path / "models" / "first")
    return tmp_path / "models"


def retrained(models: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """A later model of a passport that differs."""
    shutil.copytree(models / "first", models / "second")
    path = models / "second" / "manifest.json"
    passport = json.loads(path.read_text())
    passport |= {"version": "second", "created": "2040-01-01T00:00:00Z"}
    change(passport)
    path.write_text(json.dumps(passport))
    return models / "second"


CHANGES: dict[str, tuple[str, str, Callable[[dict[str, Any]], object]]] = {
    "a file of the data": (
        "data",
        "flights.csv",
        lambda it: it["data"]["files"]["flights.csv"].update(sha256="f" * 64),
    ),
    "the archive": ("data", "archive", lambda it: it["data"].update(sha256="f" * 64)),
    "rows": ("data", "rows", lambda it: it["data"]["prepared"].update(kept=7)),
    "the commit": ("code", "revision", lambda it: it["image"].update(revision="f" * 40)),
    "what is in no commit": (
        "code",
        "revision",
        lambda it: it["image"].update(revision=it["image"]["revision"] + "-dirty"),
    ),
    "code": ("code", "shared", lambda it: it["environment"]["facts"]["code"]["value"].update(shared="f" * 64)),
    "the contract": ("contract", "", lambda it: it.update(contract_sha256="f" * 64)),
    "a parameter": ("parameters", "model.max_iter", lambda it: it["parameters"]["model"].update(max_iter=1)),
    "months": ("parameters", "split.test_from", lambda it: it["parameters"]["split"].update(test_from="2013-11-01")),
    "the image": ("image", "id", lambda it: it["image"].update(id="sha256:f")),
    "the base": ("image", "base", lambda it: it["image"].update(base="another")),
    "the lock": ("image", "lock", lambda it: it["image"].update(lock_sha256="f" * 64)),
}


@pytest.mark.parametrize(("kind", "name", "change"), CHANGES.values(), ids=CHANGES)
def test_an_input_that_changes_is_named(
    models: Path, kind: str, name: str, change: Callable[[dict[str, Any]], object]
) -> None:
    """It, and nothing else, in each format."""
    found = lineage.lineage(retrained(models, change))
    (before,) = found["before"]
    ((changed, ((what, (then, now)),)),) = ((kind, tuple(names.items())) for kind, names in before["changed"].items())
    assert (changed, what) == (kind, name)
    assert then != now
    assert f"{kind} {name}".strip() + f": {then} became {now}" in lineage.text(found)
    assert f'"changed: {kind}"' in lineage.mermaid(found)
    assert json.loads(lineage.to_json(found))["before"][0]["changed"] == {kind: {name: [then, now]}}


def test_a_model_of_the_same_inputs(models: Path) -> None:
    """Is listed as one; what was trained later is not before it."""
    retrained(models, lambda _: None)
    assert "of the same inputs" in lineage.text(lineage.lineage(models / "second"))
    assert lineage.lineage(models / "first")["before"] == []


def test_the_pointer_to_the_current_model_is_no_other_model(models: Path) -> None:
    """What it points to is listed once."""
    retrained(models, lambda _: None)
    (models / "current").symlink_to("first")
    assert len(lineage.lineage(models / "second")["before"]) == 1


def test_what_it_answered_is_counted(models: Path) -> None:
    """Rows, requests, truths; of this model alone."""
    assert "there is no prediction log" in lineage.text(lineage.lineage(models / "first"))
    version = json.loads((models / "first" / "manifest.json").read_text())["version"]
    path = models.parent / FOLDER / NAME
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(SCHEMA)
        rows = [("a", 0, version), ("a", 1, version), ("b", 0, version), ("c", 0, "another")]
        for request, row, model in rows:
            moment = f"2026-01-0{row + 1}T00:00:00Z"
            database.execute(
                "INSERT INTO predictions VALUES (NULL, ?, ?, ?, ?, '{}', '[0.5]', 'true', ?)",
                (request, row, moment, model, f"answer-{request}"),
            )
        database.execute("INSERT INTO truths VALUES (1, NULL, 'a', 1, 'true', '2026-01-03T00:00:00Z')")
    found = lineage.lineage(models / "first")
    assert found["served"] == {
        "rows": 3,
        "requests": 2,
        "first": "2026-01-01T00:00:00Z",
        "last": "2026-01-02T00:00:00Z",
        "outcomes": 1,
    }
    assert "3 rows in 2 requests, 1 with the truth" in lineage.text(found)
    assert lineage.served_text({**found["served"], "rows": 1, "requests": 1}).startswith("1 row in 1 request, ")


def test_a_log_that_cannot_be_read_is_unknown(models: Path) -> None:
    """It is named, and the rest is shown."""
    path = models.parent / FOLDER / NAME
    path.parent.mkdir()
    path.write_text("this is no database, whatever its name says" * 100)
    assert "unknown: " in lineage.text(lineage.lineage(models / "first"))


def test_without_a_passport_there_is_no_lineage(tmp_path: Path) -> None:
    """The error says what to name instead."""
    with pytest.raises(PassportError, match="artifacts/models/current"):
        lineage.lineage(tmp_path)


def test_a_damaged_neighbour_is_left_out(models: Path) -> None:
    """Nothing is known of it."""
    (models / "third").mkdir()
    (models / "third" / "manifest.json").write_text("{")
    assert lineage.lineage(models / "first")["before"] == []


def test_the_graph_has_no_quotes_inside_quotes(models: Path) -> None:
    """Mermaid would not draw it."""
    for line in lineage.mermaid(lineage.lineage(models / "first")).splitlines():
        assert line.count('"') in (0, 2), line
