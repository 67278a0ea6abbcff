"""The command, and a worker of Dask, as processes of their own."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from prod.batch import folder
from shared.settings import Settings
from tests.unit.prod.batch.conftest import flights, write


def test_the_command_says_what_it_did(trained: Settings, tmp_path: Path) -> None:
    """With processes of its own; that rows were refused is in the exit code."""
    asked = flights()
    asked[5]["distance_miles"] = 17
    write(tmp_path / "rows.csv", asked)
    (tmp_path / "out").mkdir()
    env = {**os.environ, "PARITY_ARTIFACTS": str(trained.artifacts), "PARITY_WORKERS": "2", "PARITY_GUARD": "warn"}
    command = [
        sys.executable,
        "-m",
        "prod.batch",
        "--key=id",
        "--rows=9",
        str(tmp_path / "rows.csv"),
        str(tmp_path / "out"),
    ]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=100)
    assert done.returncode == 1, done.stderr
    assert "scored 39 flights" in done.stdout
    assert "1 refused" in done.stdout
    assert json.loads((tmp_path / "out" / folder.SUMMARY).read_text())["parts"] == 5


def test_a_worker_that_is_refused_ends_before_it_connects(trained: Settings, tmp_path: Path) -> None:
    """Dask would log what is raised, and connect."""
    shutil.copytree(trained.models, tmp_path / "models", symlinks=True)
    (tmp_path / "models" / "current" / "manifest.json").write_text("{}")
    env = {**os.environ, "PARITY_ARTIFACTS": str(tmp_path)}
    words = (sys.executable, "-c", "from prod.batch.preload import dask_setup; dask_setup(None); print('connects')")
    done = subprocess.run(words, env=env, capture_output=True, text=True, timeout=100)
    assert (done.returncode, done.stdout) == (1, "")
    assert "is not what was sealed" in done.stderr
