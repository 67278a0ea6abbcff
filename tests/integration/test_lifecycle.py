"""`make lifecycle`, a few months of it: the loop closes by itself, and costs no request."""

import csv
import json
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker
import pytest

from dev.problem import collect
from shared.lifecycle.containers import project_name
from tests.lab.sandbox import ROOT

DATA = ROOT / "artifacts" / "data"
ROWS = 2000
PROJECT = "com.docker.compose.project"


@dataclass(frozen=True)
class Played:
    """What a run left behind."""

    folder: Path
    output: str
    progress: str

    @property
    def months(self) -> list[dict[str, Any]]:
        """Of the record."""
        months: list[dict[str, Any]] = json.loads((self.folder / "lifecycle.json").read_text())["months"]
        return months


def command(*options: object) -> list[str]:
    """As the Makefile has it."""
    return [sys.executable, "-m", "shared.lifecycle", *map(str, options)]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """Three months: since the end of March the world is another, and in May the weather is in Celsius."""
    folder = tmp_path_factory.mktemp("lifecycle")
    shutil.copytree(DATA, folder / "data")
    _delay_mornings(folder / "data" / collect.NAME / "flights.csv", since="2013-03-18")
    options = ("--data", folder / "data", "--folder", folder / "own")
    done = subprocess.run(
        command(*options, "--rows", str(ROWS), "--months", "3", "--corrupt", "2013-05"),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr
    return Played(folder / "own", done.stdout, done.stderr)


def _delay_mornings(path: Path, since: str) -> None:
    """From then on, what leaves before ten arrives an hour later: the safest hours become the worst."""
    with path.open(newline="") as file:
        reader = csv.DictReader(file)
        names, rows = list(reader.fieldnames or ()), list(reader)
    for row in rows:
        if row["time_hour"] >= since and int(row["hour"]) < 10 and row["arr_delay"] != "NA":
            row["arr_delay"] = str(float(row["arr_delay"]) + 60)
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)


def left(engine: docker.DockerClient, folder: Path) -> list[str]:
    """Containers and networks of the folder's project."""
    labelled = {"label": f"{PROJECT}={project_name(folder)}"}
    containers = engine.api.containers(all=True, filters=labelled)  # without a look at each, which may be gone by then
    return [each["Id"] for each in (*containers, *engine.api.networks(filters=labelled))]


def test_drift_is_answered_by_a_new_model_that_prod_then_serves(played: Played) -> None:
    """April is served by the first model, and so badly that another is trained, which serves the months after."""
    april, _, june = played.months
    assert april["verdict"] == "retrain", april["why"]
    (first,) = april["answered"]
    second = april["outcome"].removeprefix("retrained: ")
    assert second != first
    assert (played.folder / "models" / second / "manifest.json").exists()
    assert june["answered"] == {second: ROWS}
    assert june["scores"]["retrained"]["roc_auc"] > june["scores"]["first"]["roc_auc"] + 0.05


def test_no_request_fails_while_prod_reloads(played: Played) -> None:
    """Before, meanwhile and after; each flight has one answer, by the old model or by the new one."""
    april, may, _ = played.months
    assert [month["failed"] for month in played.months] == [0, 0, 0]
    assert [month["rows"] for month in played.months] == [ROWS] * 3
    assert [month["reloading"] is None for month in played.months] == [True, False, True]
    assert may["reloading"] > 10
    assert set(april["answered"]) < set(may["answered"])
    assert sum(may["answered"].values()) == ROWS


def test_a_corrupted_month_is_skew_and_is_not_learned_from(played: Played) -> None:
    """It names the columns; no model was trained after April's."""
    _, may, june = played.months
    assert may["verdict"] == "skew", may["why"]
    assert "temperature_f" in may["why"] or "dew_point_f" in may["why"]
    assert may["outcome"].startswith("not retrained")
    assert june["verdict"] != "skew", june["why"]
    assert len(list((played.folder / "models").glob("2*"))) == 2


def test_it_prints_and_writes_what_it_came_to(played: Played) -> None:
    """The table, a page without anything from elsewhere, and a line a stage."""
    assert "0 failed; 1 reload " in played.output
    page = (played.folder / "lifecycle.html").read_text()
    assert page.count("<figure>") == 2
    assert "2013-05: serving 2,000 rows" in played.progress


def test_nothing_is_left_running(played: Played, engine: docker.DockerClient) -> None:
    """Neither containers nor networks."""
    assert left(engine, played.folder) == []


def test_an_interrupted_year_leaves_no_container(tmp_path: Path, engine: docker.DockerClient) -> None:
    """SIGINT while a container works, started with that ignored, as shells start jobs without job control."""
    folder = tmp_path / "own"
    options = ("--folder", folder, "--rows", ROWS, "--corrupt", "none")
    deaf = ["sh", "-c", "trap '' INT; exec \"$@\"", "sh", *command(*options)]
    with subprocess.Popen(deaf, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 60
        while not left(engine, folder) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert left(engine, folder)
        process.send_signal(signal.SIGINT)
        _, progress = process.communicate(timeout=60)
    assert process.returncode == 130, progress
    assert "taking the containers down" in progress
    assert left(engine, folder) == []


@pytest.mark.parametrize(
    "arguments",
    [("--first", "0"), ("--months", "0"), ("--rows", "0"), ("--corrupt", "2013-13")],
)
def test_what_cannot_be_played_is_refused(arguments: tuple[str, str], tmp_path: Path) -> None:
    """Before the folder of an earlier run is wiped."""
    (tmp_path / "loop.json").write_text("{}")
    done = subprocess.run(
        command(*arguments, "--folder", tmp_path), cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2
    assert f"argument {arguments[0]}: " in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["loop.json"]
