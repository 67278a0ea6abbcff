"""A model is sealed into an image if it is whole and its guard lets it pass; what is refused leaves no image."""

import hashlib
import json
from pathlib import Path

import pytest

from shared.errors import ParityError
from shared.image import archive, build, seal
from shared.model_folder import ArtifactError

MODEL = b"a model"
VERSION = "20260101T000000-aaaaaaaa"


@pytest.fixture
def models(root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of models whose current one is whole; builds write down what they would have put into the image."""
    folder = root / "artifacts" / "models" / VERSION
    folder.mkdir(parents=True)
    files = {"model.skops": {"sha256": hashlib.sha256(MODEL).hexdigest(), "bytes": len(MODEL)}}
    manifest = json.dumps({"version": VERSION, "files": files}).encode()
    (folder / "model.skops").write_bytes(MODEL)
    (folder / "manifest.json").write_bytes(manifest)
    (folder / "manifest.sha256").write_text(f"{hashlib.sha256(manifest).hexdigest()}  manifest.json\n")
    (folder / "notes.txt").write_text("nobody vouches for this")
    (folder.parent / "current").symlink_to(VERSION)
    (root / ".env").write_text("PARITY_IMAGE=sha256:below\n")

    def built(name: str, context: Path, arguments: dict[str, str], activity: str) -> str:
        inside = {str(path.relative_to(context)) for path in context.rglob("*") if path.is_file()}
        (root / "inside.json").write_text(json.dumps([sorted(inside), arguments]))
        return "sha256:sealed"

    monkeypatch.setattr(seal, "ROOT", root)
    monkeypatch.setattr(seal, "CACHE", root / ".cache")
    monkeypatch.setattr(build, "docker_build", built)
    monkeypatch.setattr(archive, "settle", lambda identity: identity)
    return folder.parent


def test_what_the_passport_vouches_for_is_sealed(models: Path, docker, root: Path) -> None:
    """And nothing else that lies in the folder; the guard looks at it, without network, before it has a name."""
    docker.answers(image="echo sha256:below", tag="exit 0", run="exit 0")
    made = seal.seal()
    inside, arguments = json.loads((root / "inside.json").read_text())
    assert (made.id, made.model) == ("sha256:sealed", VERSION)
    names = ("manifest.json", "manifest.sha256", "model.skops")
    assert inside == sorted(f"{VERSION}/{name}" for name in names)
    assert (arguments["IMAGE_ID"], arguments["MODEL"]) == ("sha256:below", VERSION)
    examined, named = docker.asked()[-2:]
    assert examined.startswith("run --rm --network none --read-only")
    assert examined.endswith("sha256:sealed python3 -m prod.guard")
    assert named == f"tag sha256:sealed {made.tag}"


def test_what_the_guard_refuses_is_not_sealed(models: Path, docker) -> None:
    """Its words are the evidence, and the image is gone."""
    docker.answers(image="echo sha256:below", tag="exit 0", run="echo 'error: it gives other answers' >&2; exit 1")
    with pytest.raises(ArtifactError, match="the guard refuses model") as caught:
        seal.seal(VERSION)
    assert caught.value.evidence == "error: it gives other answers"
    assert docker.asked()[-1] == "image rm --force sha256:sealed"
    assert not any(line.startswith("tag sha256:sealed") for line in docker.asked())


def test_a_damaged_model_is_not_even_built(models: Path, docker, root: Path) -> None:
    """One bit is enough."""
    docker.answers(image="echo sha256:below", tag="exit 0")
    (models / "current" / "model.skops").write_bytes(b"a nodel")
    with pytest.raises(ArtifactError, match=r"model\.skops is damaged"):
        seal.seal(models / "current")
    assert not (root / "inside.json").exists()


def test_without_a_model_or_an_image_it_says_what_to_type(models: Path, docker, root: Path) -> None:
    """Each with its own remedy."""
    docker.answers(image="echo 'Error: No such image' >&2; exit 1")
    with pytest.raises(ParityError, match="there is no model to seal") as caught:
        seal.seal("20250101T000000-bbbbbbbb")
    assert "make dev" in caught.value.remedy
    with pytest.raises(ParityError, match="there is no image") as caught:
        seal.seal()
    assert caught.value.remedy == "make image"
