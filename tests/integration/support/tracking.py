"""MLflow and its recorder on a sandbox's models, queried through MLflow's REST API."""

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from testcontainers.compose import DockerCompose

from shared.names import REGISTERED_MODEL as NAME
from tests.integration.support.gate import sealed
from tests.lab.sandbox import ROOT, Sandbox, give_to_image_user

PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Tracking:
    """A running server and recorder; either may be stopped and started again."""

    sandbox: Sandbox
    compose: DockerCompose

    def do(self, *words: str) -> None:
        """A command of Compose, such as `stop mlflow`."""
        command = [*self.compose.docker_compose_command(), *words]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=180)
        assert done.returncode == 0, done.stderr

    def client(self) -> httpx.Client:
        """A client of the server, whose port changes when it is restarted."""
        return httpx.Client(
            base_url=f"http://127.0.0.1:{self.compose.get_service_port('mlflow', 5000)}", timeout=30, trust_env=False
        )

    def ask(self, method: str, path: str, **content: Any) -> Any:
        """The API's answer, as JSON."""
        sent = {"params" if method == "GET" else "json": content}
        with self.client() as client:
            return client.request(method, f"/api/2.0/mlflow/{path}", **sent).raise_for_status().json()

    def runs(self, version: str) -> list[dict[str, Any]]:
        """The runs of a model's version."""
        wanted = f"tags.`parity.version` = '{version}'"
        return self.ask("POST", "runs/search", experiment_ids=["0"], filter=wanted).get("runs", [])

    def recorded(self, version: str) -> dict[str, Any]:
        """The one run of a version, as soon as it is finished."""
        self.wait(lambda: [run["info"]["status"] for run in self.runs(version)] == ["FINISHED"])
        (run,) = self.runs(version)
        return run

    def current(self) -> str:
        """The version that the registered model's alias points to."""
        with self.client() as client:
            path = "/api/2.0/mlflow/registered-models/alias"
            answer = client.get(path, params={"name": NAME, "alias": "current"}).json()
        tags = answer.get("model_version", {}).get("tags", [])
        return "".join(tag["value"] for tag in tags if tag["key"] == "parity.version")

    def wait(self, holds: Callable[[], bool]) -> None:
        """Until it holds, for a minute at most."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not holds():
            assert time.monotonic() < end, "".join(self.compose.get_logs("recorder", "mlflow"))
            time.sleep(0.3)

    def copy(self, version: str, *, whole: bool = True) -> Path:
        """Another model folder, as somebody copies one: the current model under another version."""
        models = self.sandbox.models
        target = models / version
        shutil.copytree(models / "current", target)
        if not whole:
            (target / "model.skops").rename(target / "elsewhere")
        passport = json.loads((target / "manifest.json").read_text())
        sealed(target, json.dumps({**passport, "version": version}))
        give_to_image_user(target)
        return target


@contextmanager
def tracking(sandbox: Sandbox, image: str) -> Iterator[Tracking]:
    """A server that is healthy on entry and removed afterwards."""
    folder = sandbox.folder / "artifacts" / "mlflow"
    folder.mkdir()
    give_to_image_user(folder)
    with (sandbox.folder / "settings.env").open("a") as settings:
        settings.write(f"PARITY_TRACKING_IMAGE={image}\n")
    compose = sandbox.compose("dev", project="tracking")
    compose.profiles = ["tracking"]
    running = Tracking(sandbox, compose)
    try:
        running.do("up", "--detach", "--wait", "mlflow", "recorder")
        yield running
    finally:
        compose.stop()
