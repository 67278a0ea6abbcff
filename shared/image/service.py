"""Start a service through the user's own compose file, and say plainly why if it does not start."""

import json
import re
import socket
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from shared.errors import ParityError
from shared.image import checkout, settings
from shared.image.paths import ROOT
from shared.image.run import run

ANY_IMAGE = {"PARITY_IMAGE": "-"}
"""Where any will do: without .env, Compose would ask for one."""
CODE = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
"""For a terminal: Compose 2.26 writes some into logs wherever they go."""
PROSE = re.compile(r"^error: (.*)\n  evidence: ((?:.*\n)*?)  remedy:   (.*)$", re.MULTILINE)
"""A `ParityError` as programs print it."""
TAKEN = ("port is already allocated", "address already in use", "ports are not available")


@dataclass(frozen=True)
class ComposeService:
    """A service that people open in a browser.

    Attributes:
        name: of the service in `file`, a compose file.
        port: inside its container, and where `variable` says no other, on the host.
        command: what the user types to start it.
        logs: what the user types to read its log.
        beside: services that are started with it.
        project: Compose's name for all of them; the compose file's own if empty.
    """

    name: str
    file: str
    port: int
    variable: str
    command: str
    logs: str
    profile: str = ""
    beside: tuple[str, ...] = ()
    project: str = ""

    def up(self, env: Mapping[str, str] | None = None) -> str:
        """Start it, wait until it is healthy, and return its address.

        Args:
            env: variables for the compose file.

        Raises:
            ParityError: its port cannot be had; it does not start: as it says itself, or with the end of its log.
        """
        self.check_port(env)
        began = f"{int(time.time())}"
        try:
            words = ("up", "--detach", "--wait", self.name, *self.beside)
            self._compose(*words, timeout=180, env=env, activity=f"{self.name}: starting")
        except ParityError as error:
            if reason := self._port_error(error):
                raise reason from None
            # What came after this start: a log goes on where a container is only started anew.
            words = ("logs", "--no-color", "--no-log-prefix", "--tail", "20", "--since", began, self.name)
            log = self._compose(*words, timeout=30, env=ANY_IMAGE).strip()
            log = CODE.sub("", log)
            if refusal := PROSE.search(log):  # the first: where it starts again, it fails again
                what, evidence, remedy = refusal.groups()
                what = f"{self.name} does not start: {what}"
                raise ParityError(what, evidence=evidence.rstrip(), remedy=remedy) from None
            evidence = log.replace("\n", "\n    ") or error.evidence
            raise ParityError(f"{self.name} did not become healthy", evidence=evidence, remedy=self.logs) from None
        return self.url()

    def check_port(self, env: Mapping[str, str] | None = None) -> None:
        """See that the port can be had, before anything is built, trained or taken down for it.

        Raises:
            ParityError: something else listens there, or it is not a port.
        """
        try:
            # Any image will do: none may be built yet.
            words = ("config", "--format", "json")
            config = json.loads(self._compose(*words, timeout=30, env={**ANY_IMAGE, **(env or {})}))
            port = int(config["services"][self.name]["ports"][0]["published"])
            with suppress(ParityError):
                if self.url() == f"http://127.0.0.1:{port}":
                    return
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                raise ParityError("taken", evidence=f"127.0.0.1:{port}: {TAKEN[1]}", remedy=self.command)
        except ParityError as error:
            raise (self._port_error(error) or error) from None

    def _port_error(self, error: ParityError) -> ParityError | None:
        """What Docker says of a port, in its many words, as one error."""
        evidence = error.evidence.splitlines()[-1].strip()
        if any(words in error.evidence for words in TAKEN):
            port = re.search(r"127\.0\.0\.1:(\d+)", error.evidence)
            return ParityError(
                f"something else already listens on {self.name}'s port",
                evidence=evidence,
                remedy=f"{self.command} {self.variable}={(int(port[1]) if port else self.port) + 1}",
            )
        if "invalid hostport" in error.evidence.lower():
            remedy = f"{self.command} {self.variable}={self.port + 1}"
            return ParityError(f"{self.variable} is not a port", evidence=evidence, remedy=remedy)
        return None

    def url(self) -> str:
        """The address of the running service.

        Raises:
            ParityError: it is not running.
        """
        try:
            address = self._compose("port", self.name, str(self.port), timeout=30, env=ANY_IMAGE).strip()
        except ParityError as error:
            raise ParityError(f"{self.name} is not running", evidence=error.evidence, remedy=self.command) from None
        return f"http://{address}"

    def execute(self, *command: str, timeout: float) -> str:
        """Run a command in the running container; returns its stdout.

        Raises:
            ParityError: it failed; the end of what it printed is the evidence.
        """
        return self._compose("exec", "--no-TTY", self.name, *command, timeout=timeout, env=ANY_IMAGE)

    def execute_anew(self, *command: str, timeout: float) -> str:
        """Run a command in another container, as it would be started now; returns its stdout.

        Raises:
            ParityError: it failed; the end of what it printed is the evidence.
        """
        words = ("run", "--rm", "--no-TTY", "--no-deps", self.name, *command)
        return self._compose(*words, timeout=timeout, env=None, activity=f"{self.name}: examining")

    def image(self) -> str:
        """ID of the image that runs, or "" if it does not."""
        container = self._compose("ps", "--quiet", self.name, timeout=30, env=ANY_IMAGE).strip()
        inspect = ("docker", "container", "inspect", "--format", "{{.Image}}", container)
        return run(*inspect, timeout=30).strip() if container else ""

    def signal(self, name: str) -> None:
        """Send a signal to its first process."""
        self._compose("kill", "--signal", name, self.name, timeout=30, env=ANY_IMAGE)

    @contextmanager
    def rehearsal(self, env: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """Another one beside what runs, healthy and on a free port: its address and its container; gone on exit.

        Args:
            env: variables for the compose file.

        Raises:
            ParityError: it did not become healthy; the evidence is its own log.
        """
        project = f"{checkout.name()}-rehearsal-{uuid.uuid4().hex[:8]}"
        checkout.record("project", project)
        other = replace(self, project=project, logs=f"mend what its log says, then: {self.command}")
        try:
            address = other.up({**env, self.variable: "0"})
            yield address, other._compose("ps", "--quiet", self.name, timeout=30, env=ANY_IMAGE).strip()
        finally:
            other._compose("down", "--volumes", "--timeout", "0", timeout=60, env=ANY_IMAGE)
            checkout.forget("project", project)

    def _compose(self, *words: str, timeout: float, env: Mapping[str, str] | None, activity: str = "") -> str:
        options = ("--file", self.file, *(("--profile", self.profile) if self.profile else ()))
        options += ("--project-name", self.project) if self.project else ()
        command = ("docker", "compose", *options, *words)
        env = {**settings.for_compose(), **(env or {})}
        return run(*command, timeout=timeout, cwd=ROOT, remedy=self.command, env=env, activity=activity)


PROD = ComposeService("prod", "compose.prod.yml", 8000, "PARITY_PORT", command="make prod", logs="make logs")
MLFLOW = ComposeService(
    "mlflow",
    "compose.dev.yml",
    5000,
    "PARITY_MLFLOW_PORT",
    command="make mlflow",
    logs="docker compose --file compose.dev.yml --profile tracking logs mlflow",
    profile="tracking",
    beside=("recorder",),
)
MLFLOW_PAGE = "/#/experiments/0/runs?workflowType=machine_learning&compareRunsMode=CHART"
