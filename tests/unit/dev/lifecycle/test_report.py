"""What was served is scored against the first model, on the same flights; the corrupted month apart."""

import copy
import json
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import msgspec
import numpy as np
import pytest

from dev.lifecycle import page, report
from dev.prepare import prepare
from dev.problem import collect
from shared.artifact import Model
from shared.prediction_log import INSERT, NAME, SCHEMA, TRUTH_INSERT, connect
from shared.settings import Settings


def month(name: str, **changed: Any) -> dict[str, Any]:
    """A month as the loop records it."""
    return {
        "month": name,
        "corrupted": False,
        "rows": 40,
        "requests": 20,
        "failed": 0,
        "failures": [],
        "reloading": None,
        "answered": {"first": 40},
        "verdict": "fine",
        "why": "as usual",
        "next": "nothing",
        "outcome": "nothing to do",
        "seconds": 1.5,
        **changed,
    }


RECORD = {
    "learned_first": 3,
    "rows": None,
    "first_version": "first",
    "seconds": 61.2,
    "months": [
        month("2013-04", verdict="retrain", why="<it moved>", outcome="retrained: second"),
        month("2013-05", reloading=7, failed=1, answered={"first": 4, "second": 36}),
        month("2013-07", corrupted=True, verdict="skew"),
    ],
}


@pytest.fixture
def log(trained: Settings, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A prediction log of those months: prod was always right in May, and always wrong in July."""
    prepared = prepare(trained.data / collect.NAME, 0.0)
    with closing(sqlite3.connect(tmp_path / NAME)) as database, database:
        database.executescript(SCHEMA)
        for at, (flight, late) in enumerate(zip(prepared.rows, prepared.truths, strict=True)):
            name = f"{flight.scheduled_departure:%Y-%m}"
            answer = {"2013-05": float(late), "2013-07": float(~late)}.get(name, 0.5)
            row = (f"{name}-01T00", at, "", "", msgspec.json.encode(flight).decode(), f"[{answer}]", "false", name)
            database.execute(INSERT, row)
            database.execute(TRUTH_INSERT, (name, None, at, json.dumps(bool(late)), ""))
    with closing(connect(tmp_path / NAME)) as database:
        yield database


@pytest.fixture
def scored(log: sqlite3.Connection, model: Model) -> dict[str, Any]:
    """The record with its scores."""
    return report.scored(RECORD, log, model)


def test_what_was_served_is_scored_by_month(scored: dict[str, Any]) -> None:
    """From the answers that were logged."""
    scores = [each["scores"]["retrained"] for each in scored["months"]]
    assert [each["roc_auc"] for each in scores] == [0.5, 1.0, 0.0]
    assert scores[1]["calibration_error"] == 0.0
    assert scores[2]["calibration_error"] == 1.0


def test_the_first_model_is_scored_on_the_same_flights(scored: dict[str, Any], trained: Settings, model: Model) -> None:
    """By asking it again."""
    prepared = prepare(trained.data / collect.NAME, 0.0)
    rows = np.array([f"{each.scheduled_departure:%m}" == "05" for each in prepared.rows])
    flights = [prepared.rows[at] for at in np.flatnonzero(rows).tolist()]
    expected = report.SCORING.evaluate(prepared.truths[rows], model.scores(flights), 0.5)
    assert scored["months"][1]["scores"]["first"]["roc_auc"] == pytest.approx(expected["roc_auc"])


def test_the_corrupted_month_is_not_in_the_total(scored: dict[str, Any]) -> None:
    """April and May alone: half right and all right."""
    assert 0.5 < scored["all"]["retrained"]["roc_auc"] < 1
    assert scored["all"]["retrained"]["calibration_error"] < 0.5


def test_the_table_says_what_happened(scored: dict[str, Any]) -> None:
    """A line a month with its verdict, then why and what was done; in the end what failed."""
    text = report.text(scored)
    assert re.search(r"^2013-05 +40  fine +1\.0000 .* 1 +1\.5  second$", text, re.MULTILINE)
    assert "retrained: second" in text
    assert re.search(r"^all but 2013-07 +0\.\d{4} ", text, re.MULTILINE)
    assert text.endswith("60 requests, 1 failed; 1 reload while 7 requests were answered\n")
    still = [{**month, "reloading": None} for month in scored["months"]]
    assert report.text({**scored, "months": still}).endswith("60 requests, 1 failed; no reload\n")


def test_the_page_stands_alone_and_marks_what_happened(scored: dict[str, Any]) -> None:
    """Nothing from elsewhere, no text as markup, and marks where a model was reloaded and a month was corrupted."""
    html = page.render(scored)
    assert not re.search(r"(src|href)=|url\(|@import", html)
    assert "&lt;it moved&gt;" in html
    assert "<it moved>" not in html
    plots = re.findall(r"<svg viewBox=.*?</svg>", html, re.DOTALL)
    assert len(plots) == 2
    for plot in map(ElementTree.fromstring, plots):
        assert len([each for each in plot if each.get("class") == "reload"]) == 1
        assert len([each for each in plot if each.get("class") == "corrupted"]) == 1
        assert len(plot.findall("circle")) == 2 * 3
    embedded = re.search(r'<script type="application/json" id="record">(.*)</script>', html)
    assert embedded
    assert json.loads(embedded[1]) == scored


def test_points_lie_in_the_frame_in_order_of_time(scored: dict[str, Any]) -> None:
    """The better is higher, whatever the range of the scores; even if there is none."""
    flat = copy.deepcopy(scored)
    for each in flat["months"]:
        each["scores"]["first"] = each["scores"]["retrained"] = {"roc_auc": 0.7, "calibration_error": 0.1}
    for record in (scored, flat):
        for line in page.plot(record["months"], "roc_auc").lines.values():
            assert [point.x for point in line] == sorted({point.x for point in line})
            assert all(page.TOP <= point.y <= page.HEIGHT - page.BOTTOM for point in line)
            assert sorted(line, key=lambda point: -point.y) == sorted(
                line, key=lambda point: float(point.title.split()[-1])
            )


@pytest.mark.usefixtures("log")
def test_it_writes_the_scores_and_the_page(
    trained: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: Model
) -> None:
    """Beside the record of the loop, which stays as it is."""
    made = report.settings.read({"PARITY_ARTIFACTS": str(tmp_path)})
    made.models.symlink_to(trained.models)
    made.predictions.mkdir()
    shutil.copy(tmp_path / NAME, made.predictions)
    monkeypatch.setattr(report.settings, "read", lambda: made)
    (tmp_path / "loop.json").write_text(json.dumps({**RECORD, "first_version": model.passport.version}))
    assert report.main([str(tmp_path / "loop.json")]) == 0
    assert json.loads((tmp_path / "lifecycle.json").read_text())["months"][1]["scores"]
    assert (tmp_path / "lifecycle.html").read_text().startswith("<!doctype html>")
    assert json.loads((tmp_path / "loop.json").read_text())["first_version"] == model.passport.version
