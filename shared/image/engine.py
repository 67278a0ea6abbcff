"""What the Docker engine is, asked of the engine itself."""

import json
from dataclasses import dataclass, field
from typing import Any

from shared.errors import ParityError
from shared.image.run import run

LABEL = "org.opencontainers.image.title=parity-sandbox"
"""On everything the project makes, so that `clean` finds it and nothing else."""


@dataclass(frozen=True)
class Engine:
    """The engine as `docker info` describes it; `arch` is x86_64 or aarch64."""

    version: str
    arch: str
    rootless: bool
    root_dir: str
    plugins: dict[str, str] = field(default_factory=dict)


def ask(timeout: float = 15) -> Engine:
    """The engine and the CLI's plugins, in one call.

    Raises:
        ParityError: there is no CLI, or it cannot reach an engine.
    """
    remedy = "install Docker: https://docs.docker.com/engine/install/"
    try:
        info = json.loads(run("docker", "info", "--format", "{{json .}}", timeout=timeout, remedy=remedy))
    except json.JSONDecodeError as error:
        raise ParityError("`docker info` did not answer in JSON", evidence=str(error), remedy=remedy) from None
    if info.get("ServerErrors") or not info.get("ServerVersion"):
        raise ParityError(
            "the Docker engine cannot be reached",
            evidence=" ".join(info.get("ServerErrors") or ["`docker info` names no server"]),
            remedy="start Docker, then: docker info",
        )
    return parse(info)


def parse(info: dict[str, Any]) -> Engine:
    """Read the JSON of `docker info`."""
    plugins = (info.get("ClientInfo") or {}).get("Plugins") or []
    return Engine(
        version=info["ServerVersion"],
        arch={"amd64": "x86_64", "arm64": "aarch64"}.get(info["Architecture"], info["Architecture"]),
        rootless="name=rootless" in (info.get("SecurityOptions") or []),
        root_dir=info.get("DockerRootDir") or "",
        plugins={p["Name"]: p.get("Version") or "" for p in plugins if not p.get("Err")},
    )


def inspect(reference: str, template: str) -> str | None:
    """One fact about a local image, or None if there is no such image."""
    try:
        return run("docker", "image", "inspect", "--format", template, reference, timeout=30).strip()
    except ParityError as error:
        if "no such image" in error.evidence.lower():
            return None
        raise
