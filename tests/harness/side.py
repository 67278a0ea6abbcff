"""One side of a scenario: a prod from compose.prod.yml, the lab's frame and an overlay."""

import json
import re
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx

from tests.harness import judge
from tests.harness.sandbox import ROOT, DockerCompose
from tests.harness.scenario import FRAME

CLIENT_SECONDS = 120
READY_SECONDS = 60
CONTROL = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")  # Compose's own, even where nobody looks
SLEEP = ("python3", "-c", "import time; time.sleep(600)")


class Side:
    """One prod, from compose.prod.yml, the lab's frame and an overlay, under a project name of its own."""

    def __init__(self, folder: Path, overlay: str, guard: str, project: str = "") -> None:
        self._folder, self._guard = folder, guard
        self._project = project or f"parity-sandbox-lab-{uuid.uuid4().hex[:8]}"
        settings = folder / f"{self._project}.env"
        lines = [f"COMPOSE_PROJECT_NAME={self._project}", f"PARITY_GUARD={guard}"]
        settings.write_text((ROOT / ".env").read_text() + "\n".join(lines) + "\n")
        files = [file for file in ("compose.prod.yml", FRAME, overlay) if file]
        self.compose = DockerCompose(ROOT, files, env_file=str(settings), services=["prod"], wait=False)
        self.started = False

    def start(self) -> "Side":
        """Start prod and wait until it is ready; `started` says whether it is."""
        try:
            self.compose.start()
            self.started = self._becomes_ready()
        except subprocess.CalledProcessError as error:
            # Without even a container it is Docker that failed, and that is no symptom of prod.
            assert self._do("ps", "--all", "--quiet", "prod").strip(), f"the lab failed: {error.stderr!r}"
        return self

    def asked_as(self, overlay: str) -> "Side | None":
        """The same running prod, with the client of another overlay; None if that has another prod."""
        other = Side(self._folder, overlay, self._guard, self._project)
        other.started = self.started
        return other if other._services() == self._services() else None

    def _services(self) -> dict[str, Any]:
        """All but the client, as Compose understands them."""
        services: dict[str, Any] = json.loads(self._do("config", "--format", "json"))["services"]
        return {name: service for name, service in services.items() if name != "client"}

    def _becomes_ready(self) -> bool:
        """Ask until it answers, is gone, or time is up; from here, since a health check inside costs a core."""
        container = self._do("ps", "--all", "--quiet", "prod").strip()
        running = ["docker", "inspect", "--format", "{{.State.Running}}", container]
        url, end = "", time.monotonic() + READY_SECONDS
        while time.monotonic() < end:
            time.sleep(0.25)
            if subprocess.run(running, capture_output=True, text=True, timeout=30).stdout.strip() != "true":
                return False
            url = url or self.url
            with suppress(httpx.HTTPError):
                if httpx.get(f"{url}/ready", timeout=2).is_success:
                    return True
        return False

    def stop(self) -> None:
        """Take it down at once, with its volumes."""
        self._do("down", "--volumes", "--timeout", "0", check=False)

    @property
    def url(self) -> str:
        """Where it is published."""
        return f"http://127.0.0.1:{self.compose.get_service_port('prod', 8000)}"

    @contextmanager
    def container(self) -> Iterator[str]:
        """ID of its container; where prod does not run, of its sibling."""
        if self.started:
            yield self._do("ps", "--quiet", "prod").strip()
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
            subprocess.run(["docker", "rm", "--force", container], capture_output=True, timeout=60)

    def snapshot(self, *, model: bool, sibling: bool = False) -> Path:
        """A snapshot of its container, or of a sibling, in a file."""
        with self.sibling() if sibling else self.container() as container:
            return judge.snapshot(container, self._folder, model=model)

    @property
    def image(self) -> str:
        """ID of the image that it runs."""
        with self.container() as container:
            inspect = ["docker", "inspect", "--format", "{{.Image}}", container]
            return subprocess.run(inspect, check=True, capture_output=True, text=True, timeout=30).stdout.strip()

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
        """What prod has written."""
        return CONTROL.sub("", self._do("logs", "--no-color", "--no-log-prefix", "prod", check=False))

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


@contextmanager
def side(folder: Path, overlay: str, guard: str) -> Iterator[Side]:
    """A prod that was started, whether or not it runs, and is gone after."""
    made = Side(folder, overlay, guard)
    try:
        yield made.start()
    finally:
        made.stop()
