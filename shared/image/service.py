"""Start a service through the user's own compose file, and say plainly why if it does not start."""

import json
import re
import socket
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from shared.errors import ParityError
from shared.image.paths import ROOT
from shared.image.run import run

ANY_IMAGE = {"PARITY_IMAGE": "-"}
"""Where it does not matter which: without .env, Compose would complain of that instead."""
CODE = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
"""For a terminal: Compose 2.26 writes some into logs wherever they go."""
TAKEN = ("port is already allocated", "address already in use", "ports are not available")


@dataclass(frozen=True)
class Service:
    """A service that people open in a browser.

    Attributes:
        name: of the service in `file`, a compose file.
        port: inside its container, and where `variable` says no other, on the host.
        command: what the user types to start it.
        logs: what the user types to read its log.
        beside: services that are started with it.
        project: Compose's name for all of them; the compose file's own if nothing is said.
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
            ParityError: something else has its port, or it is none; it did not become healthy: the evidence is its own
                log.
        """
        try:
            self._check_port(env)
            self._compose("up", "--detach", "--wait", self.name, *self.beside, timeout=180, env=env)
        except ParityError as error:
            if any(words in error.evidence for words in TAKEN):
                port = re.search(r"127\.0\.0\.1:(\d+)", error.evidence)
                raise ParityError(
                    f"something else already listens on {self.name}'s port",
                    evidence=error.evidence.splitlines()[-1].strip(),
                    remedy=f"{self.command} {self.variable}={(int(port[1]) if port else self.port) + 1}",
                ) from None
            if "invalid hostport" in error.evidence.lower():
                raise ParityError(
                    f"{self.variable} is not a port",
                    evidence=error.evidence.splitlines()[-1].strip(),
                    remedy=f"{self.command} {self.variable}={self.port + 1}",
                ) from None
            words = ("logs", "--no-color", "--no-log-prefix", "--tail", "20", self.name)
            log = self._compose(*words, timeout=30, env=ANY_IMAGE).strip()
            evidence = CODE.sub("", log).replace("\n", "\n    ") or error.evidence
            raise ParityError(f"{self.name} did not become healthy", evidence=evidence, remedy=self.logs) from None
        return self.url()

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

    @contextmanager
    def rehearsal(self, env: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """Another one beside what runs, healthy and on a free port: its address and its container; gone on exit.

        Args:
            env: variables for the compose file.

        Raises:
            ParityError: it did not become healthy; the evidence is its own log.
        """
        name = f"parity-sandbox-rehearsal-{uuid.uuid4().hex[:8]}"
        other = replace(self, project=name, logs=f"mend what its log says, then: {self.command}")
        try:
            address = other.up({**env, self.variable: "0"})
            yield address, other._compose("ps", "--quiet", self.name, timeout=30, env=ANY_IMAGE).strip()
        finally:
            other._compose("down", "--volumes", "--timeout", "0", timeout=60, env=ANY_IMAGE)

    def _check_port(self, env: Mapping[str, str] | None) -> None:
        """Look before Compose does: it would take down what runs first, and then find that the port is not free."""
        told = json.loads(self._compose("config", "--format", "json", timeout=30, env=env))
        address = ("127.0.0.1", int(told["services"][self.name]["ports"][0]["published"]))
        with suppress(ParityError):
            if self.url() == f"http://{address[0]}:{address[1]}":
                return
        with suppress(OSError), socket.create_connection(address, timeout=1):
            raise ParityError("taken", evidence=f"127.0.0.1:{address[1]}: {TAKEN[1]}", remedy=self.command)

    def _compose(self, *words: str, timeout: float, env: Mapping[str, str] | None) -> str:
        options = ("--file", self.file, *(("--profile", self.profile) if self.profile else ()))
        options += ("--project-name", self.project) if self.project else ()
        return run("docker", "compose", *options, *words, timeout=timeout, cwd=ROOT, remedy=self.command, env=env)


PROD = Service("prod", "compose.prod.yml", 8000, "PARITY_PORT", command="make prod", logs="make logs")
MLFLOW = Service(
    "mlflow",
    "compose.dev.yml",
    5000,
    "PARITY_MLFLOW_PORT",
    command="make mlflow",
    logs="docker logs parity-sandbox-dev-mlflow-1",
    profile="tracking",
    beside=("recorder",),
)
MLFLOW_PAGE = "/#/experiments/0/runs?workflowType=machine_learning&compareRunsMode=CHART"
