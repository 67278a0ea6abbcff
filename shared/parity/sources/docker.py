"""Run a program with an image's or a container's own Python: no network, nothing installed, nothing written.

The docker command line does it, so that a host needs nothing but Docker and Python.
"""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.errors import ParityError

SNAPSHOT = Path(__file__).parents[1] / "snapshot.py"
TIMEOUT_SECONDS = 120


class DockerError(ParityError):
    """Docker, or the program in the image, did not do what was asked."""


@dataclass(frozen=True)
class Environment:
    """An image or a running container.

    Attributes:
        kind: image or container.
        name: its reference or ID.
    """

    kind: str
    name: str

    def command(self, program: Sequence[str], mounts: Sequence[str] = ()) -> list[str]:
        """The command line that runs a program in it with standard input attached."""
        if self.kind == "container":
            return ["docker", "exec", "--interactive", self.name, *program]
        options = ["--rm", "--interactive", "--pull=never", "--network=none", "--read-only", "--tmpfs=/tmp"]
        options += [f"--volume={mount}" for mount in mounts]
        return ["docker", "run", *options, "--entrypoint", program[0], self.name, *program[1:]]

    def run(self, program: Sequence[str], text: str = "", mounts: Sequence[str] = ()) -> str:
        """Run a program, give it `text`, and return what it prints.

        Raises:
            DockerError: it cannot be run, fails, or takes too long.
        """
        try:
            done = subprocess.run(
                self.command(program, mounts), input=text, capture_output=True, text=True, timeout=TIMEOUT_SECONDS
            )
        except FileNotFoundError:
            raise DockerError("docker was not found", evidence="no docker on PATH", remedy="make doctor") from None
        except subprocess.TimeoutExpired:
            raise DockerError(
                f"{self.kind} {self.name} gave no answer",
                evidence=f"`{' '.join(program)}` ran for more than {TIMEOUT_SECONDS} seconds",
                remedy="look at it: docker stats",
            ) from None
        if done.returncode:
            raise self._error(program, done.stderr.strip() or f"exit code {done.returncode}")
        return done.stdout

    def _error(self, program: Sequence[str], told: str) -> DockerError:
        evidence = told.splitlines()[-1]
        if "executable file not found" in told or "no such file or directory" in told:
            what = f"{self.kind} {self.name} has no {program[0]}"
            remedy = "the gate compares Python environments: name an image that has one on its PATH"
        elif "No such image" in told or "Unable to find image" in told:
            what, remedy = f"there is no image {self.name} here", f"docker pull {self.name}, or build it"
        elif "No such container" in told or "is not running" in told:
            what, remedy = f"container {self.name} does not run", "docker container ls --all"
        else:
            what, remedy = f"`{' '.join(program)}` failed in {self.kind} {self.name}", "make doctor checks this machine"
        return DockerError(what, evidence=evidence, remedy=remedy)


def snapshot(environment: Environment) -> dict[str, Any]:
    """The facts of an environment, with the ID of its image.

    Raises:
        DockerError: no such environment, or no Python in it.
    """
    output = environment.run(["python3", "-"], SNAPSHOT.read_text())
    facts: dict[str, Any] = json.loads(output)["facts"]
    template = "{{.Image}}" if environment.kind == "container" else "{{.Id}}"
    how = ["docker", environment.kind, "inspect", "--format", template, environment.name]
    done = subprocess.run(how, capture_output=True, text=True, timeout=TIMEOUT_SECONDS)
    facts["image"] = {"value": done.stdout.strip() or None, "how": " ".join(how[:3])}
    return facts


def answer(environment: Environment, model: Path) -> dict[str, Any]:
    """The facts of a replay of a model's golden requests, as `answer.py` gives them.

    Raises:
        DockerError: the environment cannot run it.
    """
    if environment.kind == "container":
        program = ["python3", "-m", "shared.parity.answer", f"/artifacts/models/{model.resolve().name}"]
        return dict(json.loads(environment.run(program)))
    program = ["python3", "-m", "shared.parity.answer", "/model"]
    return dict(json.loads(environment.run(program, mounts=[f"{model.resolve()}:/model:ro"])))
