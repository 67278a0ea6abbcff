"""Find what is this checkout's own on the engine, and remove that alone.

A container is ours if Compose started it under one of our projects' exact names and from a file of this folder.
Compose says both in labels, and an image that somebody committed from our container hands them on: a label that the
image has, too, says nothing. An image is ours by its exact tag, or by the ID that was recorded when it was built.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.errors import ParityError
from shared.image import checkout
from shared.image.paths import ROOT
from shared.image.run import run, say

PROJECT = "com.docker.compose.project"
FOLDER = "com.docker.compose.project.working_dir"
NETWORK = "com.docker.compose.network"
NETWORKS = {"default", "recorder"}
"""That the compose files define."""


@dataclass(frozen=True)
class OwnContainer:
    """A container of ours."""

    id: str
    name: str
    running: bool
    command: str

    def __str__(self) -> str:
        return f"{self.name} ({'running' if self.running else 'stopped'}: {self.command})"


def containers(projects: Collection[str]) -> list[OwnContainer]:
    """Those of exactly these Compose projects, started from this folder."""
    found = set()
    for project in sorted(projects):
        found |= _ids("container", "ls", "--all", "--filter", f"label={PROJECT}={project}")
    described = _inspect("container", found)
    inherited = {image["Id"]: image["Config"].get("Labels") or {} for image in _images(described)}
    return sorted(
        (_container(one) for one in described if _ours(one, inherited.get(one["Image"], {}))),
        key=lambda container: container.name,
    )


def stop(ours: Iterable[OwnContainer]) -> None:
    """End what runs as its service wants to be ended, then remove it."""
    for container in ours:
        try:
            if container.running:
                run("docker", "container", "stop", container.id, timeout=90)
            run("docker", "container", "rm", "--force", "--volumes", container.id, timeout=60)
            say(f"removed: container {container.name}")
        except ParityError as error:
            if "no such container" not in error.evidence.lower():  # --rm was faster
                raise


def networks(projects: Collection[str]) -> None:
    """Remove the networks of these projects that the compose files define, where they are not in use."""
    found = set()
    for project in sorted(projects):
        found |= _ids("network", "ls", "--filter", f"label={PROJECT}={project}")
    for network in _inspect("network", found):
        if (network.get("Labels") or {}).get(NETWORK) in NETWORKS:
            _try("network", network["Name"], network["Id"])


def images() -> None:
    """Untag what is ours by tag, then remove recorded images that have no other tag."""
    stages = {f"{checkout.repository()}:{stage}" for stage in ("latest", "test", "tracking")}
    for tag in sorted(stages | checkout.recorded("tag")):
        if _here(tag):
            _try("image", tag, tag)
    for image in sorted(filter(_here, checkout.recorded("image"))):
        (described,) = _inspect("image", [image])
        if tags := described.get("RepoTags"):
            say(f"kept: image {image[:19]}, also tagged {', '.join(tags)}")
        else:
            _try("image", image[:19], image)


def _ours(container: dict[str, Any], inherited: dict[str, str]) -> bool:
    labels = container["Config"].get("Labels") or {}
    folder = Path(labels.get(FOLDER, "/nowhere")).resolve()
    return PROJECT not in inherited and (folder == ROOT or ROOT in folder.parents)


def _container(described: dict[str, Any]) -> OwnContainer:
    command = " ".join([described["Path"], *described["Args"]])
    return OwnContainer(described["Id"], described["Name"].lstrip("/"), described["State"]["Running"], command[:60])


def _images(described: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return _inspect("image", filter(_here, {container["Image"] for container in described}))


def _here(image: str) -> bool:
    try:
        run("docker", "image", "inspect", "--format", "{{.Id}}", image, timeout=30)
    except ParityError as error:
        if "no such image" in error.evidence.lower():
            return False
        raise
    return True


def _ids(*command: str) -> set[str]:
    return set(run("docker", *command, "--quiet", "--no-trunc", timeout=30).split())


def _inspect(kind: str, names: Iterable[str]) -> list[dict[str, Any]]:
    wanted = sorted(names)
    if not wanted:
        return []
    described: list[dict[str, Any]] = json.loads(run("docker", kind, "inspect", *wanted, timeout=30, codes=(0, 1)))
    return described  # without those that have gone since


def _try(kind: str, name: str, identity: str) -> None:
    """Remove it, unless the engine says that it is in use."""
    try:
        run("docker", kind, "rm", identity, timeout=120)
        say(f"removed: {kind} {name}")
    except ParityError as error:
        say(f"kept: {kind} {name}: {error.evidence.splitlines()[-1].strip()}")
