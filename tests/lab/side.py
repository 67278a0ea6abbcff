"""One side of a scenario: a prod from compose.prod.yml, the lab's frame and an overlay."""

import copy
import json
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import docker
import httpx
from docker.models.containers import Container

from tests.lab import judge
from tests.lab.sandbox import ROOT, DockerCompose
from tests.lab.scenario import FRAME

CLIENT_SECONDS = 120
READY_SECONDS = 60
SLEEP = ("python3", "-c", "import time; time.sleep(600)")


@cache
def engine() -> docker.DockerClient:
    """The engine, for looks that would take its command line a fraction of a second each."""
    return docker.from_env(timeout=60)


class Side:
    """One prod, from compose.prod.yml, the lab's frame and an overlay, under a project name of its own."""

    def __init__(self, folder: Path, overlay: str, guard: str) -> None:
        self._folder = folder
        self._project = f"parity-sandbox-lab-{uuid.uuid4().hex[:8]}"
        self._settings = folder / f"{self._project}.env"
        lines = [f"COMPOSE_PROJECT_NAME={self._project}", f"PARITY_GUARD={guard}"]
        self._settings.write_text((ROOT / ".env").read_text() + "\n".join(lines) + "\n")
        self._overlay = overlay
        self.compose = self._composed(overlay)
        self.started = False
        self._at_start = 0
        self._others = slice(0, 0)

    def _composed(self, overlay: str) -> DockerCompose:
        return DockerCompose(ROOT, _files(overlay), env_file=str(self._settings), services=["prod"], wait=False)

    def start(self) -> "Side":
        """Start prod and wait until it is ready; `started` says whether it is."""
        try:
            self.compose.start()
            self.started = self._becomes_ready()
        except subprocess.CalledProcessError as error:
            # Without even a container it is Docker that failed, and that is no symptom of prod.
            assert self._containers(), f"the lab failed: {error.stderr!r}"
        self._at_start = len(self.log())
        return self

    def asked_as(self, overlay: str) -> "Side | None":
        """The same running prod, with the client of another overlay; None if that has another prod."""
        if _services(overlay) != _services(self._overlay):
            return None
        other = copy.copy(self)
        other._overlay, other.compose = overlay, self._composed(overlay)
        other._others = slice(self._at_start, len(self._logged()))
        return other

    def _containers(self) -> list[Container]:
        labels = {"project": self._project, "service": "prod", "oneoff": "False"}
        filters = {"label": [f"com.docker.compose.{name}={value}" for name, value in labels.items()]}
        return list(engine().containers.list(all=True, filters=filters))

    @cached_property
    def _container(self) -> Container:
        (container,) = self._containers()
        return container

    def _becomes_ready(self) -> bool:
        """Ask until it answers, is gone, or time is up; from here, since a health check inside costs a core."""
        end = time.monotonic() + READY_SECONDS
        while time.monotonic() < end:
            time.sleep(0.25)
            self._container.reload()
            if self._container.status != "running":
                return False
            with suppress(httpx.HTTPError):
                if httpx.get(f"{self.url}/ready", timeout=2).is_success:
                    return True
        return False

    def stop(self) -> None:
        """Take it down at once, with its volumes."""
        self._do("down", "--remove-orphans", "--volumes", "--timeout", "0", check=False)

    @property
    def url(self) -> str:
        """Where it is published."""
        return f"http://127.0.0.1:{self._container.ports['8000/tcp'][0]['HostPort']}"

    @contextmanager
    def container(self) -> Iterator[str]:
        """ID of its container; where prod does not run, of its sibling."""
        if self.started:
            yield str(self._container.id)
        else:
            with self.sibling() as other:
                yield other

    @contextmanager
    def sibling(self) -> Iterator[str]:
        """ID of another container of the same service, which only sleeps and is gone after."""
        said = self._do("run", "--detach", "--no-deps", "--entrypoint", SLEEP[0], "prod", *SLEEP[1:])
        container = said.strip().splitlines()[-1]
        try:
            yield container
        finally:
            # At once: it would go on being asked for its health.
            engine().containers.get(container).remove(force=True)

    def snapshot(self, *, model: bool, sibling: bool = False) -> Path:
        """A snapshot of its container, or of a sibling, in a file."""
        with self.sibling() if sibling else self.container() as container:
            return judge.snapshot(container, self._folder, model=model)

    @property
    def image(self) -> str:
        """ID of the image that it runs."""
        return str(self._container.attrs["Image"])

    def ask(self, **variables: str) -> dict[str, Any]:
        """What the client says of it; a prod that does not start is a symptom too."""
        if not self.started:
            said = self.last_words()
            return {"symptom": f"prod does not start: {said}", "statuses": {}, "problem": said, "answers": []}
        options = [word for name, value in variables.items() for word in ("--env", f"{name}={value}")]
        said = self._do("run", "--rm", "--no-deps", "--no-TTY", *options, "client", check=False)
        try:
            return dict(json.loads(said.splitlines()[-1]))
        except (ValueError, IndexError):
            raise AssertionError(f"the client failed: {said or self.log()}") from None

    def log(self) -> str:
        """What prod has written: at its start, and for this client."""
        said = self._logged()
        return said[: self._others.start] + said[self._others.stop :]

    def _logged(self) -> str:
        return self._container.logs().decode(errors="replace")

    def last_words(self) -> str:
        """Why it does not run: the last error in its log."""
        lines = [line for line in self.log().splitlines() if line.strip()]
        for line in reversed(lines):
            with suppress(ValueError, KeyError, TypeError):
                told = json.loads(line)
                if told["level"] == "CRITICAL":
                    return f"{told['error']}: {told['message']}: {told['evidence']} → {told['remedy']}"
        errors = [line for line in lines if "Error" in line and not line.startswith(" ")]
        return (errors or lines or ["it said nothing"])[-1]

    def _do(self, *words: str, check: bool = True) -> str:
        command = [*self.compose.docker_compose_command(), *words]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=CLIENT_SECONDS)
        assert not check or done.returncode == 0, done.stderr
        return done.stdout if done.stdout or not done.returncode else done.stderr


def _files(overlay: str) -> list[str]:
    return [file for file in ("compose.prod.yml", FRAME, overlay) if file]


@cache
def _services(overlay: str) -> dict[str, Any]:
    """All but the client, as Compose understands them."""
    command = [*DockerCompose(ROOT, _files(overlay)).docker_compose_command(), "config", "--format", "json"]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=CLIENT_SECONDS)
    return {name: told for name, told in json.loads(done.stdout)["services"].items() if name != "client"}


@contextmanager
def side(folder: Path, overlay: str, guard: str) -> Iterator[Side]:
    """A prod that was started, whether or not it runs, and is gone after."""
    made = Side(folder, overlay, guard)
    try:
        yield made.start()
    finally:
        made.stop()
