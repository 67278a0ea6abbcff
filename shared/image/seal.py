"""Seal the image and one model into one image: one digest for code, packages and model.

The guard in that very image examines the model before the image has a name: what prod would refuse is not sealed.
"""

import hashlib
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

from shared import model_folder, names
from shared.errors import ParityError
from shared.image import archive, build, checkout, dotenv, settings
from shared.image.engine import inspect
from shared.image.paths import CACHE, ROOT
from shared.image.run import run, say
from shared.model_folder import SEAL, ArtifactError
from shared.passport import CURRENT, MANIFEST

EXAMINE_SECONDS = 150
ALONE = ("--rm", "--network", "none", "--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL")  # noqa: S108


@dataclass(frozen=True)
class Sealed:
    """An image with a model in it."""

    id: str
    tag: str
    model: str


def seal(model: str | Path = CURRENT) -> Sealed:
    """Make the image of .env and a model one image.

    Args:
        model: a model folder, or the version of one that is published or was.

    Raises:
        ParityError: there is no such model, or no image.
        ArtifactError: its files are not those of its passport, or the guard refuses it.
    """
    folder = _folder(model)
    image = dotenv.read(ROOT / ".env").get("PARITY_IMAGE", "")
    if not image or not inspect(image, "{{.Id}}"):
        evidence = f".env names {image or 'none'}, which the engine does not have"
        raise ParityError("there is no image to seal a model into", evidence=evidence, remedy="make image")
    say(f"seal: model {folder.name}, image {image}")
    CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE, prefix="seal-") as name:
        version, sha256 = _copied(folder, Path(name))
        identity = _built(image, Path(name), version, sha256)
    _examined(identity, folder)
    tag = f"{checkout.repository()}:sealed-{version}"
    run("docker", "tag", identity, tag, timeout=30)
    checkout.record("image", identity)
    checkout.record("tag", tag)
    return Sealed(identity, tag, version)


def _folder(model: str | Path) -> Path:
    """Of what was named, the folder itself: `current` may be switched meanwhile."""
    models = settings.artifacts() / "models"
    folder = next((each for each in (models / model, Path(model)) if (each / MANIFEST).exists()), None)
    if folder is None:
        raise ParityError(
            "there is no model to seal",
            evidence=f"neither {models / model} nor {Path(model).absolute()} has a {MANIFEST}",
            remedy="train one: make dev; or name another: make seal VERSION=…, make seal MODEL=folder",
        )
    return folder.resolve()


def _copied(folder: Path, models: Path) -> tuple[str, str]:
    """Copy what the passport vouches for, and nothing else that may lie there; its version and the passport's hash."""
    manifest = model_folder.read_sealed(folder)
    try:
        passport = json.loads(manifest)
        version, files = passport["version"], passport["files"]
        if not model_folder.PLAIN_NAME.fullmatch(version):
            raise ValueError(f"the version {version!r}")
        model_folder.check_names(folder, files)
        sizes = {name: (record["sha256"], record["bytes"]) for name, record in files.items()}
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        evidence = f"expected a passport, got {type(error).__name__}: {error}"
        raise ArtifactError(
            f"{folder / MANIFEST} is damaged", evidence=evidence, remedy=model_folder.RESTORE
        ) from error
    target = models / version
    target.mkdir()
    for name, (sha256, size) in sizes.items():
        (target / name).write_bytes(model_folder.read_verified(folder, name, sha256, size))
    (target / MANIFEST).write_bytes(manifest)
    (target / SEAL).write_bytes(model_folder.seal(manifest))
    (models / CURRENT).symlink_to(version)
    return version, hashlib.sha256(manifest).hexdigest()


def _built(image: str, models: Path, version: str, sha256: str) -> str:
    """The image's ID, the same for the same image and model."""
    below = f"{checkout.repository()}:to-seal"  # a build cannot start from an ID
    run("docker", "tag", image, below, timeout=30)
    arguments = {"IMAGE": below, "IMAGE_ID": image, "MODEL": version, "MODEL_SHA256": sha256, "PROJECT": names.PROJECT}
    try:
        activity = f"seal: building with model {version}"
        return archive.settle(build.docker_build("Dockerfile.sealed", models, arguments, activity=activity))
    finally:
        run("docker", "image", "rm", below, timeout=30)


def _examined(identity: str, folder: Path) -> None:
    """Have the guard in the image look at the model in the image.

    Raises:
        ArtifactError: it refuses the model; the image is gone.
    """
    say("seal: the guard in it examines the model")
    try:
        command = ("docker", "run", *ALONE, identity, "python3", "-m", "prod.guard")
        run(*command, timeout=EXAMINE_SECONDS, activity="seal: examining")
    except ParityError as error:
        run("docker", "image", "rm", "--force", identity, timeout=60)
        raise ArtifactError(
            f"the guard refuses model {folder.name}, and nothing is sealed",
            evidence=error.evidence,
            remedy="mend what it names, or seal another model: make publish lists them, make seal VERSION=… takes one",
        ) from error


def summary(sealed: Sealed) -> str:
    """What is in it, and what to do with it."""
    size = int(inspect(sealed.id, "{{.Size}}") or 0)
    return (
        f"seal: {sealed.tag} has code, packages and model {sealed.model}, {size / 1e6:.0f} MB\n"
        "seal: push it, and run it by its digest, with no volume for models: prod/kubernetes/README.md"
    )
