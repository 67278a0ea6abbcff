"""The docker command line, so that a host needs nothing but Docker and Python, wherever the engine is."""

import json
import subprocess
from typing import Any

from shared.errors import ParityError

TIMEOUT_SECONDS = 120


class DockerError(ParityError):
    """Docker, or the program in the image, did not do what was asked."""


class NotThereError(DockerError):
    """The engine has no such image, or no such container runs."""


class NoProgramError(DockerError):
    """An environment has no such program."""


def no_docker() -> DockerError:
    """There is no docker command here."""
    return DockerError("docker was not found", evidence="no docker on PATH", remedy="install Docker")


def no_engine(evidence: str) -> DockerError:
    """No engine answers the command."""
    remedy = "start Docker; `docker version` says whether an engine answers"
    return DockerError("the Docker engine cannot be reached", evidence=evidence, remedy=remedy)


def run(*words: str, given: bytes = b"") -> str:
    """Run one command of docker's; returns what it prints, on whichever stream.

    Raises:
        DockerError: there is no docker here; it fails, or takes too long.
    """
    command = ["docker", *words]
    try:
        done = subprocess.run(command, input=given, capture_output=True, timeout=TIMEOUT_SECONDS)
    except FileNotFoundError:
        raise no_docker() from None
    except subprocess.TimeoutExpired:
        evidence = f"{' '.join(words)} ran for more than {TIMEOUT_SECONDS} seconds"
        raise DockerError("docker gave no answer", evidence=evidence, remedy="docker info") from None
    errors = done.stderr.decode(errors="replace")
    if done.returncode:
        raise DockerError(
            f"docker {' '.join(words[:2])} failed", evidence=errors.strip(), remedy="docker container ls --all"
        )
    return done.stdout.decode(errors="replace") + errors * (words[1] == "logs")


def ask(*words: str) -> subprocess.CompletedProcess[str]:
    """Run a command of docker's that answers at once.

    Raises:
        DockerError: there is no docker here, or it does not answer.
    """
    try:
        return subprocess.run(["docker", *words], capture_output=True, text=True, timeout=TIMEOUT_SECONDS)
    except FileNotFoundError:
        raise no_docker() from None
    except subprocess.TimeoutExpired:
        raise no_engine(f"docker {words[0]} ran for more than {TIMEOUT_SECONDS} seconds") from None


def inspected(kind: str, name: str) -> dict[str, Any]:
    """What `docker inspect` knows of an image or a container.

    Raises:
        DockerError: there is no such thing, or no engine.
    """
    done = ask(kind, "inspect", name)
    if done.returncode:
        raise failed(kind, name, done.stderr.strip())
    return dict(json.loads(done.stdout)[0])


def failed(kind: str, name: str, errors: str) -> DockerError:
    """What docker's own words mean, where it fails itself."""
    lines = errors.splitlines() or ["it printed nothing"]
    evidence = next((line for line in lines if "rror" in line or line.startswith("docker: ")), lines[-1])
    if "No such image" in errors or "Unable to find image" in errors or "invalid reference format" in errors:
        return NotThereError(
            f"there is no image {name} here", evidence=evidence, remedy=f"docker pull {name}, or build it"
        )
    if any(words in errors for words in ("No such container", "is not running", "is paused")):
        return NotThereError(f"container {name} does not run", evidence=evidence, remedy="docker container ls --all")
    if "docker daemon" in errors:
        return no_engine(evidence)
    return DockerError(f"docker failed with {kind} {name}", evidence=evidence, remedy="docker info")
