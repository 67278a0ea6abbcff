from pathlib import Path
from unittest.mock import Mock

import pytest

from shared.errors import ParityError
from shared.image import base, build, checkout, wheels
from shared.image.engine import Engine
from shared.image.run import TimeLimitError

LAYERS = """'["a"]'"""
BUILT = """'[{"Created": "2026-01-01T00:00:00Z"}]'"""
IMAGE = f'case "$*" in *Layers*) echo {LAYERS} ;; *Size*) echo 345000000 ;; *) echo {BUILT} ;; esac'
ENGINE = Engine(version="28.0", arch="x86_64", rootless=False, root_dir="")
SEEN = "echo '#7 copying packages' >&2"
WRITTEN = 'while [ "$1" != --iidfile ]; do shift; done; echo sha256:made > "$2"'


@pytest.fixture
def built(docker, info, tmp_path, monkeypatch, root):
    """Builds with a `docker build` that is a shell script; one try may take a second."""
    monkeypatch.setattr(build, "BUILD_SECONDS", 1)
    monkeypatch.setattr(build, "CACHE", tmp_path)
    monkeypatch.setattr(base, "ensure", lambda *_: base.Base("base", "sha256:base", "registry", "registry base"))
    monkeypatch.setattr(wheels, "check_lock", lambda: None)
    monkeypatch.setattr(wheels, "ensure_site", lambda *_: build.ROOT / ".cache" / "site" / "any" / "runtime")

    def make(what: str) -> build.BuiltImage:
        docker.answers(info=info(), context="echo default", tag="exit 0", image=IMAGE, build=what)
        return build.build(test=True)

    return make


def test_a_build_that_hangs_is_tried_once_more(built, docker, tmp_path, capsys) -> None:
    """With a line that says so."""
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


def test_an_image_that_does_not_stand_on_the_recorded_base_is_refused(built, monkeypatch) -> None:
    """The tag was moved between the look at it and the build."""
    moved = f"""case "$*" in *Layers*made) echo '["evil"]' ;; *Layers*) echo '["a"]' ;; *) echo {BUILT} ;; esac"""
    monkeypatch.setattr("tests.unit.shared.image.test_build.IMAGE", moved)
    with pytest.raises(ParityError, match="does not stand on the base"):
        built(WRITTEN)


def test_what_was_built_is_recorded(built, root) -> None:
    """By ID and by tag: that is all that `make clean` will remove."""
    built(WRITTEN)
    assert (checkout.recorded("image"), checkout.recorded("tag")) == ({"sha256:made"}, {"own:test"})


@pytest.mark.parametrize("folder", ["artifacts", "my artifacts", "deep/er"])
def test_a_folder_for_artifacts_is_made(folder, tmp_path) -> None:
    """With all that containers mount, and a user who can write to it."""
    user = build.prepare_artifacts(ENGINE, tmp_path / folder)
    models = tmp_path / folder / "models"
    assert user == f"{models.stat().st_uid}:{models.stat().st_gid}"


def test_a_folder_that_cannot_be_written_is_refused(tmp_path) -> None:
    """Before anything is built, or trained to be lost."""
    (tmp_path / "file").touch()
    with pytest.raises(ParityError, match="cannot be written") as caught:
        build.prepare_artifacts(ENGINE, tmp_path / "file" / "artifacts")
    assert "PARITY_ARTIFACTS=" in caught.value.remedy


def test_git_that_refuses_the_folder_is_heard(root, monkeypatch, capsys) -> None:
    """The revision is in every passport; "unknown" must not be silent."""
    (root / ".git").mkdir()
    monkeypatch.setattr(build, "ROOT", root)
    refusal = ParityError("`git describe` failed", evidence="fatal: detected dubious ownership in …", remedy="")
    monkeypatch.setattr(build, "run", Mock(side_effect=refusal))
    assert build.revision() == "unknown"
    err = capsys.readouterr().err
    assert "dubious ownership" in err
    assert "git config --global --add safe.directory" in err
