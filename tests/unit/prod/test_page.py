"""The page's lineage graph: what the model was made from, what changed, and what it has answered."""

import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from prod.app import create_app
from shared import prediction_log
from shared.artifact import CURRENT, MANIFEST, Model
from shared.settings import Settings
from tests.unit.prod.conftest import Client
from tests.unit.tiny import config

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def settings(trained: Settings, tmp_path: Path) -> Settings:
    """Artifacts of the test's own."""
    shutil.copytree(trained.models, tmp_path / "models", symlinks=True)
    return config(tmp_path)


@pytest.fixture
def before(settings: Settings, model: Model) -> Callable[[Callable[[dict[str, Any]], object]], str]:
    """Makes a model that was trained earlier, of a passport that differs; returns its version."""

    def make(change: Callable[[dict[str, Any]], object]) -> str:
        passport = json.loads((settings.models / model.passport.version / MANIFEST).read_text())
        passport |= {"version": "earlier", "created": "2001-01-01T00:00:00Z"}
        change(passport)
        (settings.models / "earlier").mkdir()
        (settings.models / "earlier" / MANIFEST).write_text(json.dumps(passport))
        return "earlier"

    return make


def shown(settings: Settings) -> tuple[str, list[list[str]]]:
    """What the page of a service that starts now shows: see `drawn`."""
    return drawn(Client(create_app(settings)))


def drawn(client: Client) -> tuple[str, list[list[str]]]:
    """The description of the graph, and the texts in each of its boxes; the same, however wide the page is."""
    text = client.get("/").text
    wide, narrow = (
        ElementTree.fromstring(each.replace("<svg", f'<svg xmlns="{SVG[1:-1]}"', 1))  # noqa: S314
        for each in re.findall(r'<svg class="graph.*?</svg>', text, re.DOTALL)
    )
    assert {each.get("role") for each in (wide, narrow)} == {"img"}
    boxes = [
        [[text.text or "" for text in box.iter(f"{SVG}text")] for box in each.iter(f"{SVG}g")]
        for each in (wide, narrow)
    ]
    assert boxes[0] == boxes[1]
    words = " ".join((wide.findtext(f"{SVG}desc") or "").split())
    assert all(line in words or line.endswith(", changed") for box in boxes[0][:-1] for line in box[1:])
    return words, boxes[0]


def test_it_shows_what_the_model_was_made_from(settings: Settings, model: Model) -> None:
    """Each input with what identifies it, then the model."""
    passport = model.passport
    _, boxes = shown(settings)
    assert [box[0] for box in boxes] == ["data", "code", "contract", "parameters", "image", "the model", "answered"]
    texts = {box[0]: " ".join(box[1:]) for box in boxes}
    assert passport.data["name"] in texts["data"]
    assert f"{passport.data['prepared']['kept']:,}" in texts["data"]
    assert passport.image["revision"][:12] in texts["code"]
    assert passport.contract_sha256[:12] in texts["contract"]
    assert re.fullmatch(r"\d+ values", texts["parameters"])
    assert passport.image["id"].removeprefix("sha256:")[:12] in texts["image"]
    assert passport.version in texts["the model"]
    assert f"{passport.metrics['model']['roc_auc']:.4f}" in texts["the model"]


def test_it_shows_what_changed(settings: Settings, before: Callable[..., str]) -> None:
    """The model before it, and which inputs differ; nobody takes the others for changed."""
    version = before(lambda it: it["parameters"]["model"].update(max_iter=1))
    words, boxes = shown(settings)
    assert [box[0] for box in boxes if "changed" in box[0]] == ["parameters, changed"]
    assert ["the model before", version, "changed since: parameters"] in boxes
    assert "parameters: " in words
    assert words.count("(changed)") == 1


def test_a_model_of_the_same_inputs_is_said_to_be_one(settings: Settings, before: Callable[..., str]) -> None:
    """Nothing changed."""
    version = before(lambda _: None)
    _, boxes = shown(settings)
    assert ["the model before", version, "changed since: nothing"] in boxes
    assert not [box for box in boxes if "changed" in box[0]]


def test_it_counts_what_was_answered(settings: Settings, model: Model) -> None:
    """In rows and requests of this model."""
    settings.predictions.mkdir()
    with closing(sqlite3.connect(settings.predictions / prediction_log.NAME)) as database, database:
        prediction_log.upgrade(database)
        for request, row, version in (
            ("a", 0, model.passport.version),
            ("a", 1, model.passport.version),
            ("b", 0, "x"),
        ):
            values = (request, row, "2026-01-01T00:00:00Z", version, request)
            database.execute("INSERT INTO predictions VALUES (NULL, ?, ?, ?, ?, '{}', '[0.5]', 'true', ?)", values)
    words, boxes = shown(settings)
    assert boxes[-1][:2] == ["answered", "2 rows in 1 request"]
    assert "Answered: 2 rows in 1 request, 0 with the truth" in words


def test_without_a_log_that_is_reported(settings: Settings) -> None:
    """Unknown is not none."""
    assert "there is no prediction log" in shown(settings)[0]


def test_a_model_that_was_published_since_is_not_taken_for_it(settings: Settings, model: Model) -> None:
    """The page is about the model that answers."""
    client = Client(create_app(settings))
    current = settings.models / CURRENT
    shutil.copytree(settings.models / model.passport.version, settings.models / "later")
    passport = json.loads((settings.models / "later" / MANIFEST).read_text())
    passport |= {"version": "later", "created": "2101-01-01T00:00:00Z"}
    (settings.models / "later" / MANIFEST).write_text(json.dumps(passport))
    current.unlink()
    current.symlink_to("later")
    _, boxes = drawn(client)
    assert "the model before" not in [box[0] for box in boxes]


def test_a_model_whose_folder_is_gone_is_still_shown(settings: Settings, model: Model) -> None:
    """It answers from memory; the page is there, without the graph."""
    client = Client(create_app(settings))
    shutil.rmtree(settings.models / model.passport.version)
    page = client.get("/")
    assert page.status_code == 200
    assert 'class="graph' not in page.text
    assert model.passport.contract_sha256 in page.text


def test_it_keeps_its_own_policy(settings: Settings) -> None:
    """No style and no script is inline: the browser would refuse them."""
    text = Client(create_app(settings)).get("/").text
    assert not re.search(r"<style|\sstyle=|<script(?![^>]* src=)|\son\w+=", text)
