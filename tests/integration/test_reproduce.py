"""`make reproduce`: the same bytes from a passport alone, or what differs."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.lab.sandbox import ROOT

GONE = "sha256:" + "0" * 64


def reproduced(model: Path) -> subprocess.CompletedProcess[str]:
    """The command, as the Makefile has it."""
    command = [sys.executable, "-m", "shared.image", "reproduce", str(model)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=1200)


@pytest.fixture
def changed(model: Path, tmp_path: Path) -> Callable[[Callable[[dict[str, Any]], object]], Path]:
    """A folder that has the model's passport, in which something is changed."""

    def change(how: Callable[[dict[str, Any]], object]) -> Path:
        shutil.copytree(model, tmp_path / "model")
        path = tmp_path / "model" / "manifest.json"
        passport = json.loads(path.read_text())
        how(passport)
        path.write_text(json.dumps(passport))
        return tmp_path / "model"

    return change


def test_the_same_bytes(model: Path) -> None:
    """From the image that is here."""
    done = reproduced(model)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("REPRODUCED ")
    assert done.stdout.count(" again\n") == len(json.loads((model / "manifest.json").read_text())["files"])


def test_the_same_bytes_from_an_image_that_is_built_again(changed: Any) -> None:
    """From the revision that the passport names."""
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    done = reproduced(changed(lambda passport: passport["image"].update(id=GONE, revision=head.strip())))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "building it again from revision" in done.stderr
    trees = subprocess.run(["git", "worktree", "list"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert "reproduce-" not in trees


def test_an_input_that_differs_is_named(changed: Any) -> None:
    """Training reads its parameters from the code: a passport that claims others is found out."""

    def other(passport: dict[str, Any]) -> None:
        passport["parameters"]["model"]["max_iter"] = 299
        passport["files"]["model.skops"]["sha256"] = "f" * 64

    done = reproduced(changed(other))
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("NOT REPRODUCED ")
    assert "differs: parameters model.max_iter: 299 became 300\n" in done.stdout


def test_code_that_is_in_no_commit_cannot_be_had(changed: Any) -> None:
    """The error says what to do next time."""
    done = reproduced(changed(lambda passport: passport["image"].update(id=GONE, revision="f" * 40 + "-dirty")))
    assert (done.returncode, done.stdout) == (2, "")
    assert "its code is in no commit" in done.stderr
    assert "commit before you train" in done.stderr


def test_what_is_no_model_is_refused(tmp_path: Path) -> None:
    """With what to name instead."""
    done = reproduced(tmp_path)
    assert done.returncode == 2
    assert "artifacts/models/current" in done.stderr
