"""What the Docker engine is, asked of the engine itself."""

import json
import sys
from dataclasses import dataclass, field
from typing import Any

from shared.errors import ParityError
from shared.image import settings
from shared.image.run import run


@dataclass(frozen=True)
class Engine:
    """The engine as `docker info` describes it; `arch` is x86_64 or aarch64, `driver` that of its storage."""

    version: str
    arch: str
    rootless: bool
    root_dir: str
    driver: str = ""
    plugins: dict[str, str] = field(default_factory=dict)


def ask(timeout: float = 15) -> Engine:
    """The engine and the CLI's plugins, in one call.

    Raises:
        ParityError: there is no CLI, or it cannot reach an engine.
    """
    try:
        info = json.loads(run("docker", "info", "--format", "{{json .}}", timeout=timeout))
    except ParityError as error:
        what = error.what if "not found" in error.what else "the Docker engine cannot be reached"
        raise ParityError(what, evidence=error.evidence, remedy=_remedy(str(error))) from None
    if not info.get("ServerVersion"):
        errors = info.get("ServerErrors") or ["`docker info` names no server"]
        raise ParityError("the Docker engine cannot be reached", evidence=" ".join(errors), remedy=_remedy(str(errors)))
    return parse(info)


def _remedy(error: str) -> str:
    if "was not found" in error:
        return "install Docker: https://docs.docker.com/engine/install/"
    if "permission denied" in error:
        return (
            "sudo usermod -aG docker $USER, then log in again"
            " (or run Docker rootless: https://docs.docker.com/engine/security/rootless/)"
        )
    if settings.docker_host():
        return "unset DOCKER_HOST, or start the engine it names"
    return "open -a Docker" if sys.platform == "darwin" else "sudo systemctl start docker"


def parse(info: dict[str, Any]) -> Engine:
    """Read the JSON of `docker info`."""
    plugins = (info.get("ClientInfo") or {}).get("Plugins") or []
    return Engine(
        version=info["ServerVersion"],
        arch={"amd64": "x86_64", "arm64": "aarch64"}.get(info["Architecture"], info["Architecture"]),
        rootless="name=rootless" in (info.get("SecurityOptions") or []),
        root_dir=info.get("DockerRootDir") or "",
        driver=info.get("Driver") or "",
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
