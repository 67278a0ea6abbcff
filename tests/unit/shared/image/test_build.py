from pathlib import Path

import pytest

from shared.errors import ParityError
from shared.image import base, build, wheels
from shared.image.run import TimeLimitError

SEEN = "echo '#7 copying packages' >&2"
WRITTEN = 'while [ "$1" != --iidfile ]; do shift; done; echo sha256:made > "$2"'


@pytest.fixture
def built(docker, info, tmp_path, monkeypatch):
    """Builds with a `docker build` that does as told; a try may take a second."""
    monkeypatch.setattr(build, "BUILD_SECONDS", 1)
    monkeypatch.setattr(build, "CACHE", tmp_path)
    monkeypatch.setattr(base, "ensure", lambda *_: base.Base("base", "registry", "registry base"))
    monkeypatch.setattr(wheels, "ensure_site", lambda *_: build.ROOT / ".cache" / "site" / "any" / "runtime")

    def make(what: str) -> build.Image:
        docker.answers(info=info(), context="echo default", image="echo 345000000", build=what)
        return build.build(test=True)

    return make


def test_a_build_that_hangs_is_tried_once_more(built, docker, tmp_path, capsys) -> None:
    """And said to be."""
    image = built(f"[ -e {tmp_path}/tried ] || {{ touch {tmp_path}/tried; exec sleep 30; }}; {WRITTEN}")
    assert image.id == "sha256:made"
    assert "image: `docker build` did not end in 1 seconds; trying once more\n" in capsys.readouterr().err
    assert sum(line.startswith("build ") for line in docker.asked()) == 2


def test_a_build_that_hangs_again_tells_how_far_it_came(built, docker, tmp_path: Path) -> None:
    """What it printed last is the evidence; nothing of it is left."""
    with pytest.raises(TimeLimitError, match="`docker build` did not end") as caught:
        built(f"{SEEN}; exec sleep 30")
    assert "#7 copying packages" in caught.value.evidence
    assert sum(line.startswith("build ") for line in docker.asked()) == 2
    assert list(tmp_path.glob("*.id")) == []


def test_a_build_that_fails_is_not_tried_again(built, docker) -> None:
    """It would fail alike."""
    with pytest.raises(ParityError, match="`docker build` failed") as caught:
        built(f"{SEEN}; exit 1")
    assert caught.value.evidence == "#7 copying packages"
    assert sum(line.startswith("build ") for line in docker.asked()) == 1
