"""`make stop`, `make clean` and `make distclean` in one of two clones: nothing of anybody else's is touched."""

import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from tests.integration.support.clones import Clone, clone
from tests.lab.assets import product

SLEEP = ["sleep", "600"]
THEIRS = """
services:
  app:
    image: {image}
    command: [sleep, "600"]
    volumes: ["data:/data"]
volumes:
  data:
"""


def start(clone: Clone) -> str:
    """Start what a training would be, in the dev container; returns the container's ID."""
    assert clone.run("make", "ready").returncode == 0
    with (clone.folder / ".env").open("a") as file:
        file.write(f"PARITY_IMAGE={product()}\n")
    (clone.folder / "artifacts").mkdir()
    done = clone.run("docker", "compose", "-f", "compose.dev.yml", "run", "--detach", "--rm", "dev", *SLEEP)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def clones(tmp_path: Path) -> Iterator[list[Clone]]:
    """Two clones whose folders have the same name."""
    parts = ("Makefile", "compose", "dev", "pyproject.toml", "shared")
    made = [clone(tmp_path / user / "parity-sandbox", *parts) for user in ("one", "two")]
    yield made
    for each in made:
        each.run("make", "distclean", "FORCE=1")


@pytest.fixture
def foreign(engine: docker.DockerClient, tmp_path: Path, clones: list[Clone]) -> Iterator[list[str]]:
    """What is not ours, though its names and labels look like it; IDs of containers."""
    mark = uuid.uuid4().hex[:8]
    ours = start(clones[0])
    derived, committed = f"mycompany-{mark}/fraud", f"mycompany-{mark}/committed"
    context = tmp_path / "context"
    context.mkdir()
    tag = f"parity-{mark}:base"
    engine.api.tag(product(), *tag.split(":"))
    (context / "Dockerfile").write_text(f"FROM {tag}\n")
    subprocess.run(["docker", "build", "-q", "-t", derived, context], check=True, capture_output=True, timeout=120)
    engine.containers.get(ours).commit(committed)
    compose = context / "compose.yml"
    compose.write_text(THEIRS.format(image=derived))
    project = ["docker", "compose", "-f", compose, "-p", f"{clones[0].settings['PARITY_NAME']}-billing"]
    subprocess.run([*project, "up", "-d"], check=True, capture_output=True, timeout=120)
    alone = [engine.containers.run(image, SLEEP, detach=True).id for image in (derived, committed)]
    up = subprocess.run([*project, "ps", "-q"], check=True, capture_output=True, text=True, timeout=60).stdout.split()
    yield [*alone, *up]
    for container in alone:
        engine.containers.get(container).remove(force=True)
    subprocess.run([*project, "down", "-v", "-t", "0"], check=True, capture_output=True, timeout=120)
    subprocess.run(["docker", "image", "rm", derived, committed, tag], check=True, capture_output=True, timeout=60)


def test_what_is_not_ours_is_never_touched(
    clones: list[Clone], foreign: list[str], engine: docker.DockerClient
) -> None:
    """A derived image, a committed one, a project whose name begins with ours and its volume, the other clone."""
    ours, theirs = clones
    other = start(theirs)
    name = ours.settings["PARITY_NAME"]
    assert name != theirs.settings["PARITY_NAME"]
    asked = ours.run("make", "clean")
    assert asked.returncode == 2, "something is running, and there is no terminal to ask at"
    assert "1 container is running" in asked.stderr
    (mine,) = [line.split()[0] for line in asked.stderr.splitlines() if "(running: " in line and "-dev-" in line]
    for command in (("make", "stop"), ("make", "clean", "FORCE=1"), ("make", "distclean", "FORCE=1")):
        done = ours.run(*command)
        assert done.returncode == 0, done.stderr
        listed = engine.api.containers(all=True)  # without a look at each, which may be gone by then
        assert {*foreign, other} <= {entry["Id"] for entry in listed if entry["State"] == "running"}, command
        assert f"/{mine}" not in {name for entry in listed for name in entry["Names"] or ()}
    assert [volume.name for volume in engine.volumes.list(filters={"name": f"{name}-billing_data"})]
    assert not (ours.folder / "artifacts").exists()
    assert (theirs.folder / "artifacts").exists()
