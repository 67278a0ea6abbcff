"""The image: what it is made of is what it is."""

from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from tests.integration.support.clones import Clone, clone

PARTS = ("Makefile", "compose", "dev", "prod", "shared", "tests/unit", "pyproject.toml", "uv.lock")
MINUTES = 600


@pytest.fixture
def clones(tmp_path: Path) -> Iterator[list[Clone]]:
    """Two clones in folders of other names."""
    made = [clone(tmp_path / name, *PARTS, cache=True) for name in ("one", "two")]
    yield made
    for each in made:
        each.run("make", "distclean", "FORCE=1")


def test_two_builds_without_cache_give_the_same_image(clones: list[Clone], engine: docker.DockerClient) -> None:
    """From two clones, one of a stricter umask: byte code, times, order and config are in the ID, and equal."""
    built = []
    for each, umask in zip(clones, ("022", "077"), strict=True):
        for folder in ("dev", "prod", "shared"):
            for path in (each.folder / folder).rglob("*"):
                path.chmod((0o777 if path.is_dir() else 0o666) & ~int(umask, 8))
        done = each.run("python3", "-m", "shared.image", "build", "--no-cache", timeout=MINUTES)
        assert done.returncode == 0, done.stderr
        built.append(done.stdout.split()[0])
    assert built[0] == built[1]
    (image,) = {each.settings["PARITY_IMAGE"] for each in clones}
    assert image == built[0]
    assert engine.images.get(image).attrs["Created"].startswith("2026-01-01T00:00:00")
