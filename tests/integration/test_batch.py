"""Batch scoring through the user's own compose file: the golden requests, by both ways, against the service."""

import json
import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from shared.image import venv
from shared.image.paths import ROOT
from tests.integration.support.gate import sealed
from tests.lab.sandbox import Prod, Sandbox


@pytest.fixture
def golden(trained: Sandbox, tmp_path: Path) -> Path:
    """The golden requests as a file of rows; its name has a space and what a shell reads."""
    requests = json.loads((trained.models / "current" / "manifest.json").read_text())["golden"]["requests"]
    path = tmp_path / "golden $(touch evil).jsonl"
    path.write_text("".join(json.dumps({"id": n, **row}) + "\n" for n, row in enumerate(requests)))
    return path


def score(made: Sandbox, source: Path, target: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """What `make score` runs."""
    command = [sys.executable, "-m", "shared.image", "score", *options, "--", str(source), str(target)]
    env = {**os.environ, "PARITY_ARTIFACTS": str(made.folder / "artifacts")}
    words = [*command, "--key=id", "--rows=100"]
    return subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, timeout=200)


def test_golden_requests_are_answered_as_by_the_service(
    trained: Sandbox, prod: Prod, golden: Path, tmp_path: Path
) -> None:
    """To the bit; the service keeps to what training recorded, and the folder's files are its user's."""
    done = score(trained, golden, tmp_path / "out")
    assert done.returncode == 0, done.stderr
    parts = sorted((tmp_path / "out").glob("part-*"))
    found = [json.loads(line) for path in parts for line in path.read_text().splitlines()]
    assert len({path.stat().st_uid for path in [tmp_path / "out", *parts]}) == 1
    rows = [json.loads(line) for line in golden.read_text().splitlines()]
    with prod.client() as client:
        asked = {"instances": [{name: value for name, value in row.items() if name != "id"} for row in rows]}
        served = client.post("/predict", json=asked).json()
    expected = [{"row": n, "id": n, **each} for n, each in enumerate(served["predictions"])]
    assert found == [{**each, "model_version": served["model_version"]} for each in expected]
    assert "of 3 parts were there" in score(trained, golden, tmp_path / "out").stdout


def test_batch_and_service_are_compared_row_by_row(copied: Sandbox) -> None:
    """As `make replay BATCH=1` does; a prod that serves the model before is reported, with both answers."""
    with copied.prod() as prod:
        own = {"COMPOSE_PROJECT_NAME": f"{copied.name}-prod", "PARITY_ARTIFACTS": str(copied.folder / "artifacts")}
        command = [sys.executable, "-m", "shared.image", "batch-replay"]
        typed = partial(subprocess.run, command, cwd=ROOT, env={**os.environ, **own}, capture_output=True, text=True)
        same, url = typed(timeout=200), prod.url
        assert (same.returncode, same.stderr.count("error:")) == (0, 0), same.stderr
        assert "PARITY: 0 of 290 golden requests differ" in same.stdout
        other = copied.models / "20200101T000000-00000000"
        shutil.copytree(copied.models / "current", other)
        passport = json.loads((other / "manifest.json").read_text())
        sealed(other, json.dumps({**passport, "version": other.name}))
        (copied.models / "current").unlink()
        (copied.models / "current").symlink_to(other.name)
        differ = typed(timeout=200)
    assert differ.returncode == 1, differ.stderr
    assert f"290 of 290 golden requests are answered otherwise in batch than by {url}" in differ.stderr
    assert other.name in differ.stderr


def test_a_model_that_the_guard_refuses_scores_nothing(copied: Sandbox, golden: Path, tmp_path: Path) -> None:
    """One byte of it is another."""
    model = next(copied.models.glob("2*/model.skops"))
    content = bytearray(model.read_bytes())
    content[len(content) // 2] ^= 1
    model.write_bytes(content)
    done = score(copied, golden, tmp_path / "out")
    assert done.returncode == 1
    assert "model.skops" in done.stderr
    assert not list((tmp_path / "out").glob("part-*"))


WRITE = """
import datetime, json, sys
import pyarrow, pyarrow.parquet

rows = [json.loads(line) for line in open(sys.argv[1])]
times = [name for name in rows[0] if name.startswith("scheduled_")]
for row in rows:
    row.update({name: datetime.datetime.fromisoformat(row[name]) for name in times})
pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), sys.argv[2])
"""


@pytest.mark.slow
def test_parquet_is_scored_as_the_same_rows_are(trained: Sandbox, golden: Path, tmp_path: Path) -> None:
    """With times as timestamps; a file that only has the name is an error."""
    venv.sync_parquet()
    command = [ROOT / ".cache/parquet/bin/python", "-c", WRITE, golden, tmp_path / "golden.parquet"]
    subprocess.run(command, check=True, timeout=60)
    assert score(trained, golden, tmp_path / "one").returncode == 0
    done = score(trained, tmp_path / "golden.parquet", tmp_path / "two")
    assert done.returncode == 0, done.stderr
    one, two = ([path.read_bytes() for path in sorted((tmp_path / name).glob("part-*"))] for name in ("one", "two"))
    assert one == two
    (tmp_path / "none.parquet").write_text("carrier,origin\n")
    refused = score(trained, tmp_path / "none.parquet", tmp_path / "three")
    assert refused.returncode == 2
    assert "error: none.parquet cannot be read as Parquet" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.slow
def test_a_cluster_answers_the_same(trained: Sandbox, golden: Path, tmp_path: Path) -> None:
    """By two workers of Dask, each of which the guard has examined."""
    assert score(trained, golden, tmp_path / "one").returncode == 0
    done = score(trained, golden, tmp_path / "two", "--cluster=2")
    assert done.returncode == 0, done.stderr
    one, two = ([path.read_bytes() for path in sorted((tmp_path / name).glob("part-*"))] for name in ("one", "two"))
    assert one == two
    assert len(one) == 3
