"""One side of a scenario: a running prod, from compose.prod.yml, the lab's additions and a stage's overlays."""

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
import docker.errors
import httpx
from docker.models.containers import Container

from shared.image import checkout
from tests.lab import parity
from tests.lab.sandbox import ROOT, DockerCompose
from tests.lab.scenario import BASE

CLIENT_SECONDS = 240
READY_SECONDS = 240
SLEEP = ("python3", "-c", "import time; time.sleep(600)")
Overlays = tuple[str, ...]


@cache
def engine() -> docker.DockerClient:
    """The engine's API, for questions that would take its command line a fraction of a second each."""
    return docker.from_env(timeout=60)


class LabSide:
    """One prod in a Compose project of its own."""

    def __init__(
        self,
        folder: Path,
        overlays: Overlays,
        guard: str,
        *,
        project: str = "",
        variables: dict[str, str] | None = None,
    ) -> None:
        """Args: project: a name that lasts, for a prod that does; variables: what the overlays ask for."""
        self._folder = folder
        self.project = project or f"{checkout.own_name(ROOT)}-lab-{uuid.uuid4().hex[:8]}"
        self._settings = folder / f"{self.project}.env"
        lines = [f"COMPOSE_PROJECT_NAME={self.project}", f"PARITY_GUARD={guard}"]
        lines += [f"{name}={value}" for name, value in (variables or {}).items()]
        self._settings.write_text((ROOT / ".env").read_text() + "\n".join(lines) + "\n")
        self._overlays = overlays
        self.compose = self._compose(overlays)
        self.started = False
        self._length_at_start = 0
        self._other_clients = slice(0, 0)

    def _compose(self, overlays: Overlays) -> DockerCompose:
        files = [*BASE, *overlays]
        return DockerCompose(ROOT, files, env_file=str(self._settings), services=["prod"], wait=False)

    def start(self) -> "LabSide":
        """Start prod and wait until it is ready; `started` says whether it is."""
        checkout.record("project", self.project)  # for `make clean`, should this process be killed
        try:
            self.compose.start()
            self.started = self._becomes_ready()
        except subprocess.CalledProcessError as error:
            # Without even a container it is Docker that failed, and that is not a symptom of prod.
            assert self._containers(), f"the lab failed: {error.stderr!r}"
        self._length_at_start = len(self._whole_log())
        return self

    def attach(self) -> bool:
        """Take the container that runs already for this one; whether it answers."""
        with suppress(ValueError, docker.errors.NotFound, httpx.HTTPError, KeyError, IndexError):
            self.started = httpx.get(f"{self.url}/ready", timeout=2, trust_env=False).is_success
        return self.started

    def with_client_of(self, overlays: Overlays) -> "LabSide | None":
        """The same running prod, with the client of other overlays; None if those describe another prod."""
        if _services(overlays) != _services(self._overlays):
            return None
        other = copy.copy(self)
        other._overlays, other.compose = overlays, self._compose(overlays)
        other._other_clients = slice(self._length_at_start, len(self._whole_log()))
        return other

    def _containers(self, service: str = "prod") -> list[Container]:
        labels = {"project": self.project, "service": service, "oneoff": "False"}
        filters = {"label": [f"com.docker.compose.{name}={value}" for name, value in labels.items()]}
        return list(engine().containers.list(all=True, filters=filters))

    @cached_property
    def _container(self) -> Container:
        (container,) = self._containers()
        return container

    @cached_property
    def _front(self) -> Container:
        """What is asked: prod, or what a frame puts before it and others."""
        (container,) = self._containers("front") or self._containers()
        return container

    def _becomes_ready(self) -> bool:
        """Ask until it answers, is gone, or time is up; from here, since a health check inside costs a core."""
        end = time.monotonic() + READY_SECONDS
        while time.monotonic() < end:
            time.sleep(0.1)
            for container in (self._container, self._front):
                container.reload()
                if container.status != "running":
                    return False
            with suppress(httpx.HTTPError):
                if httpx.get(f"{self.url}/ready", timeout=2, trust_env=False).is_success:
                    return True
        return False

    def stop(self) -> None:
        """Remove it at once, with its volumes."""
        self._do("down", "--remove-orphans", "--volumes", "--timeout", "0", check=False)
        checkout.forget("project", self.project)

    @property
    def url(self) -> str:
        """Where it is published, by itself or through what stands before it."""
        return f"http://127.0.0.1:{self._front.ports['8000/tcp'][0]['HostPort']}"

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
        """ID of another container of the same service, which only sleeps; removed afterwards."""
        output = self._do("run", "--detach", "--no-deps", "--entrypoint", SLEEP[0], "prod", *SLEEP[1:])
        container = output.strip().splitlines()[-1]
        try:
            yield container
        finally:
            engine().containers.get(container).remove(force=True)

    def snapshot(self, *, model: bool, sibling: bool = False) -> Path:
        """A snapshot of its container, or of a sibling, in a file."""
        with self.sibling() if sibling else self.container() as container:
            return parity.snapshot(container, self._folder, model=model)

    @property
    def image(self) -> str:
        """ID of the image that it runs."""
        return str(self._container.attrs["Image"])

    def ask(self, **variables: str) -> dict[str, Any]:
        """The client's measurements of it; a prod that does not start is a symptom, too."""
        if not self.started:
            error = self.last_error()
            return {"symptom": f"prod does not start: {error}", "statuses": {}, "problem": error, "answers": []}
        options = [word for name, value in variables.items() for word in ("--env", f"{name}={value}")]
        output = self._do("run", "--rm", "--no-deps", "--no-TTY", *options, "client", check=False)
        try:
            return dict(json.loads(output.splitlines()[-1]))
        except (ValueError, IndexError):
            raise AssertionError(f"the client failed: {output or self.log()}") from None

    def log(self) -> str:
        """What prod has written at its start, and for this client."""
        whole = self._whole_log()
        return whole[: self._other_clients.start] + whole[self._other_clients.stop :]

    def _whole_log(self) -> str:
        return self._container.logs().decode(errors="replace")

    def last_error(self) -> str:
        """Why it does not run: the last error in its log."""
        lines = [line for line in self.log().splitlines() if line.strip()]
        raised = ""
        for line in reversed(lines):
            with suppress(ValueError, KeyError, TypeError):
                entry = json.loads(line)
                if entry["level"] == "CRITICAL":
                    return "{error}: {message}: {evidence} → {remedy}".format(**entry)
                raised = raised or entry["exc_info"].splitlines()[-1]
        if raised:
            return raised
        errors = [line for line in lines if "Error" in line and not line.startswith(" ")]
        return (errors or lines or ["its log is empty"])[-1]

    def _do(self, *words: str, check: bool = True) -> str:
        command = [*self.compose.docker_compose_command(), *words]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=CLIENT_SECONDS)
        assert not check or done.returncode == 0, done.stderr
        return done.stdout if done.stdout or not done.returncode else done.stderr


@cache
def _services(overlays: Overlays) -> dict[str, Any]:
    """All services but the client, as Compose understands them."""
    command = [*DockerCompose(ROOT, [*BASE, *overlays]).docker_compose_command(), "config", "--format", "json"]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=CLIENT_SECONDS)
    return {name: service for name, service in json.loads(done.stdout)["services"].items() if name != "client"}


@contextmanager
def side(folder: Path, overlays: Overlays, guard: str, *, variables: dict[str, str] | None = None) -> Iterator[LabSide]:
    """A prod that was started, whether or not it runs; removed afterwards."""
    made = LabSide(folder, overlays, guard, variables=variables)
    try:
        yield made.start()
    finally:
        made.stop()
