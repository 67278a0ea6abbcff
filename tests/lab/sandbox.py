"""The user's own compose files, through testcontainers, without touching what the user runs."""

import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

# testcontainers reads these when it is imported. Its reaper would come from a registry; here every
# project is removed in a `finally`. Requests go to published loopback ports.
os.environ["TESTCONTAINERS_RYUK_DISABLED"] = "true"
os.environ["TESTCONTAINERS_CONNECTION_MODE"] = "docker_host"
os.environ["TC_HOST"] = "127.0.0.1"
# It would override the names that are given here, and a test would stop the user's own prod.
os.environ.pop("COMPOSE_PROJECT_NAME", None)

import httpx
from testcontainers.compose import DockerCompose

from shared.image import checkout

ROOT = Path(__file__).parents[2]
SAMPLE = 20_000
IMAGE_USER = 10001


@dataclass(frozen=True)
class Prod:
    """A running prod."""

    compose: DockerCompose

    @property
    def url(self) -> str:
        """Its address, whose port changes with a restart."""
        return f"http://127.0.0.1:{self.compose.get_service_port('prod', 8000)}"

    @property
    def container(self) -> str:
        """Its ID."""
        return str(self.compose.get_container("prod", include_all=True).ID)

    def client(self) -> httpx.Client:
        """A client of the service."""
        return httpx.Client(base_url=self.url, timeout=30, trust_env=False)  # on loopback, past any proxy


@dataclass(frozen=True)
class Sandbox:
    """Dev and prod under Compose project names of their own, with artifacts of their own.

    Attributes:
        folder: has `artifacts`, which the containers see as /artifacts.
        name: prefix of the projects' names.
    """

    folder: Path
    name: str

    @property
    def models(self) -> Path:
        """Folder of models, as on the host."""
        return self.folder / "artifacts" / "models"

    def compose(self, side: str, *overlays: str | Path, project: str = "") -> DockerCompose:
        """The compose file of `dev` or `prod` with overlays, in a project of that side's unless another is named."""
        # Compose's own setting: DockerCompose has no option for the project's name.
        name = self.folder / f"{project or side}.env"
        name.write_text(f"COMPOSE_PROJECT_NAME={self.name}-{name.stem}\n")
        files = [f"compose.{side}.yml", *map(str, overlays)]
        return DockerCompose(ROOT, files, env_file=[str(self.folder / "settings.env"), str(name)])

    def dev(self, *command: str, options: tuple[str, ...] = ("--rm",)) -> subprocess.CompletedProcess[str]:
        """Run a command in the dev container, for five minutes at most."""
        compose = self.compose("dev").docker_compose_command()
        command = (*compose, "run", *options, "dev", *command)
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)

    @contextmanager
    def prod(self, *overlays: str | Path, project: str = "") -> Iterator[Prod]:
        """A prod that is healthy on entry and removed afterwards; if it does not start, its log is the error."""
        compose = self.compose("prod", *overlays, project=project)
        name = f"{self.name}-{project or 'prod'}"
        checkout.record("project", name)  # for `make clean`, should this process be killed
        try:
            try:
                compose.start()
            except subprocess.CalledProcessError:
                raise RuntimeError("".join(compose.get_logs("prod"))) from None
            yield Prod(compose)
        finally:
            # At once: what a stop must not lose is for the tests that stop it themselves.
            down = [*compose.docker_compose_command(), "down", "--volumes", "--timeout", "0"]
            subprocess.run(down, cwd=ROOT, check=True, capture_output=True, timeout=60)
            checkout.forget("project", name)


@contextmanager
def sandbox(folder: Path, models: Path | None = None) -> Iterator[Sandbox]:
    """A sandbox in an empty folder, with the collected data, and with a copy of `models` if given."""
    name = f"parity-sandbox-test-{uuid.uuid4().hex[:8]}"
    artifacts = folder / "artifacts"
    shutil.copytree(ROOT / "artifacts" / "data", artifacts / "data")
    if models:
        shutil.copytree(models, artifacts / "models", symlinks=True)
    else:
        (artifacts / "models").mkdir()
    (artifacts / "predictions").mkdir()
    give_to_image_user(artifacts)
    settings = f"PARITY_ARTIFACTS={artifacts}\nPARITY_PORT=0\nPARITY_MLFLOW_PORT=0\nPARITY_RESTART=no\n"
    (folder / "settings.env").write_text((ROOT / ".env").read_text() + settings)
    checkout.record("project", f"{name}-dev")
    try:
        yield Sandbox(folder, name)
    finally:
        Sandbox(folder, name).compose("dev").stop()
        checkout.forget("project", f"{name}-dev")


def give_to_image_user(folder: Path) -> None:
    """Let the container's user write to a folder, also where tests run as root."""
    if os.getuid() == 0:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, IMAGE_USER, IMAGE_USER, follow_symlinks=False)
