"""`make repro` in a copy of the project: what changed runs, the rest does not, and bytes come back from a remote."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.lab.sandbox import ROOT, SAMPLE, Sandbox

STAGES = ["collect", "prepare", "train", "evaluate"]
MADE = ("data", "dvc", "pipeline")


@dataclass
class Project:
    """A copy of the project, in a repository of its own."""

    root: Path

    @property
    def pipeline(self) -> Path:
        """What the stages made."""
        return self.root / "artifacts" / "pipeline"

    @property
    def model(self) -> dict[str, bytes]:
        """The files of its model."""
        return {path.name: path.read_bytes() for path in (self.pipeline / "model").iterdir()}

    def run(self, *command: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Run a command there, for ten minutes at most."""
        environ = {**os.environ, **env}
        return subprocess.run(command, cwd=self.root, env=environ, capture_output=True, text=True, timeout=600)

    def make(self, *words: str) -> str:
        """The output of a make target that works."""
        done = self.run("make", "--no-print-directory", *words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def dvc(self, arguments: str) -> str:
        """The output of a DVC command."""
        return self.make("dvc", f"ARGS={arguments}")

    def commit(self) -> None:
        """Commit everything that is not ignored."""
        self.run("git", "add", "--all")
        done = self.run("git", "-c", "user.name=test", "-c", "user.email=test@localhost", "commit", "--message=test")
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """A copy in which the pipeline has run once, on a sample; its lock is committed."""
    made = Project(tmp_path_factory.mktemp("dvc") / "project")
    listed = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0"):
        if (ROOT / name).is_file() and name != "dev/dvc.lock":
            (made.root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, made.root / name)
    for name in ("bases", "site", "tools"):
        shutil.copytree(ROOT / ".cache" / name, made.root / ".cache" / name, symlinks=True)
    (made.root / ".cache" / "uv").symlink_to(ROOT / ".cache" / "uv")
    shutil.copytree(ROOT / "artifacts" / "data", made.root / "artifacts" / "data")
    pipeline = made.root / "dev" / "dvc.yaml"
    pipeline.write_text(pipeline.read_text().replace("dev.prepare", f"dev.prepare --sample {SAMPLE}"))
    made.run("git", "init", "--quiet")
    made.commit()
    try:
        assert ran(made.make("repro")) == STAGES
        made.commit()
        yield made
    finally:
        made.run(sys.executable, "-m", "shared.image", "clean", "--force")


def ran(output: str) -> list[str]:
    """The stages that ran, in order."""
    return re.findall(r"^Running stage 'dev/dvc.yaml:(\w+)'", output, re.MULTILINE)


def test_it_makes_the_model_that_make_dev_makes(project: Project, trained: Sandbox) -> None:
    """The same bytes, with a passport of the same data and parameters, from the same sample."""
    current = trained.models / "current"
    passport = {"manifest.json", "manifest.sha256"}  # it has the time of training
    assert {name: content for name, content in project.model.items() if name not in passport} == {
        path.name: path.read_bytes() for path in current.iterdir() if path.name not in passport
    }
    ours, theirs = json.loads(project.model["manifest.json"]), json.loads((current / "manifest.json").read_text())
    assert (ours["data"], ours["parameters"]) == (theirs["data"], theirs["parameters"])
    assert ours["parameters"]["sample"] == SAMPLE


def test_where_nothing_changed_nothing_runs(project: Project) -> None:
    """And every stage is reported as skipped."""
    output = project.make("repro")
    assert ran(output) == []
    assert re.findall(r"^Stage 'dev/dvc.yaml:(\w+)' didn't change, skipping", output, re.MULTILINE) == STAGES
    assert "up to date" in project.dvc("status")


def test_a_parameter_runs_what_depends_on_it(project: Project) -> None:
    """Training and evaluation, whose metrics differ then; put back, the model comes back without training."""
    params, before = project.root / "dev" / "problem" / "params.toml", project.model
    old = params.read_text()
    params.write_text(old.replace("max_iter = 300", "max_iter = 30"))
    assert ran(project.make("repro")) == ["train", "evaluate"]
    changed = json.loads(project.dvc("params diff --json"))
    assert changed == {"dev/problem/params.toml": {"model.max_iter": {"old": 300, "new": 30, "diff": -270}}}
    (metrics,) = json.loads(project.dvc("metrics diff --json")).values()
    assert (
        metrics["roc_auc"]["new"] == json.loads((project.pipeline / "evaluation/metrics.json").read_text())["roc_auc"]
    )
    assert 0 < abs(metrics["roc_auc"]["diff"]) < 0.1
    params.write_text(old)
    assert ran(project.make("repro")) == []
    assert project.model == before


def test_plots_have_points(project: Project) -> None:
    """ROC, precision and recall, calibration; the page lies with the artifacts."""
    project.dvc("plots show")
    page = (project.pipeline / "plots" / "index.html").read_text()
    for title in ("ROC", "precision and recall", "calibration", "false_positive_rate", "threshold"):
        assert title in page
    clean = project.run("git", "status", "--porcelain").stdout
    assert clean == ""


def test_bytes_come_back_from_a_remote(project: Project, tmp_path: Path) -> None:
    """Pushed, wiped (outputs and cache) and pulled: the model is the same, and nothing has to run."""
    before = project.model
    project.dvc(f"remote add --local --force --default store {tmp_path}")
    project.dvc("push")
    for name in MADE:
        shutil.rmtree(project.root / "artifacts" / name)
    project.dvc("pull")
    assert project.model == before
    assert ran(project.make("repro")) == []
    # What was pulled belongs to whoever pulled it; the container must be able to replace it.
    assert ran(project.dvc("repro --force --single-item dev/dvc.yaml:evaluate")) == ["evaluate"]


def test_its_model_can_be_published(project: Project) -> None:
    """By the rule that holds for every model."""
    version = json.loads(project.model["manifest.json"])["version"]
    assert f"published {version}" in project.make("publish", "CANDIDATE=1")
    assert (project.root / "artifacts" / "models" / "current").readlink().name == version


def test_a_stage_that_fails_says_what_to_type(project: Project) -> None:
    """Without an engine there is no image; nothing is recorded."""
    lock = (project.root / "dev" / "dvc.lock").read_text()
    command = (".cache/dvc/bin/dvc", "repro", "--force", "--single-item", "dev/dvc.yaml:train")
    done = project.run(*command, DOCKER_HOST="unix:///nonexistent.sock")
    assert done.returncode != 0
    assert "the Docker engine cannot be reached" in done.stderr
    assert "unset DOCKER_HOST" in done.stderr
    assert (project.root / "dev" / "dvc.lock").read_text() == lock
    project.dvc("checkout")
