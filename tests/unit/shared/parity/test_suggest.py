import subprocess
from pathlib import Path

import pytest

from shared.errors import ParityError
from shared.parity import sources
from shared.parity.sources import docker, suggest

NAMES = {"image": "shop:dev\nshop:latest\nregistry:5000/bakery:1\n<none>:<none>\n", "container": "shop-web-1\n"}


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine with a few images and a container."""
    monkeypatch.setattr(docker, "run", lambda kind, *_: NAMES[kind])


@pytest.mark.parametrize(
    ("source", "meant"),
    [
        ("shop:dev", "image:shop:dev"),
        ("shop", "image:shop:latest"),
        ("imgae:shop:dev", "image:shop:dev"),
        ("image:shop:dve", "image:shop:dev"),
        ("registry:5000/bakry:1", "image:registry:5000/bakery:1"),
        ("shop-web-1", "container:shop-web-1"),
        ("bakery:2.0", "image:bakery:2.0"),  # not there, but that is how it would be named
        ("container:shop-web1", "container:shop-web-1"),
    ],
)
def test_a_name_that_was_probably_meant_is_suggested(source: str, meant: str) -> None:
    """A kind is missing or misspelled, or a name is near another."""
    assert suggest.remedy(source) == f"did you mean {meant}?"


@pytest.mark.parametrize("source", ["quite other", "", "image:", "<none>:<none>", "container:shop:dev"])
def test_nothing_is_suggested_where_nothing_is_near(source: str) -> None:
    """Then it says where to look."""
    assert suggest.remedy(source) == "docker image ls and docker container ls list what there is"


def test_a_file_needs_its_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive by its ending."""
    monkeypatch.chdir(tmp_path)
    for name, kind in {"shop.json": "file", "shop.tar": "archive", "shop.tar.gz": "archive"}.items():
        Path(name).touch()
        assert suggest.remedy(name) == f"did you mean {kind}:{name}?"


def test_without_an_engine_nothing_is_suggested(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error that is being written is about something else."""

    def down(*_: str) -> str:
        raise ParityError("no engine", evidence="none", remedy="start it")

    monkeypatch.setattr(docker, "run", down)
    assert suggest.remedy("shop").startswith("docker image ls")


def test_what_is_there_is_not_suggested_for_itself() -> None:
    """A container that is paused is listed, too."""
    assert suggest.remedy("container:shop-web-1", "docker container ls --all") == "docker container ls --all"


def test_an_image_that_is_not_there_has_the_name_that_was_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    """Instead of a pull that would find nothing."""
    words = "Error response from daemon: No such image: shop:dve"
    missing = subprocess.CompletedProcess(["docker"], 1, "", words)
    monkeypatch.setattr(docker, "ask", lambda *_: missing)
    with pytest.raises(ParityError) as caught, sources.opened("image:shop:dve"):
        pass
    assert caught.value.remedy == "did you mean image:shop:dev?"
