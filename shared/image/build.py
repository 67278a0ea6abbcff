"""Build the one image, and record its ID in .env, where both compose files read it."""

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

from shared.errors import ParityError
from shared.image import base, dotenv, wheels
from shared.image.engine import Engine, ask, inspect
from shared.image.paths import ARTIFACTS, CACHE, ROOT
from shared.image.run import TimeLimitError, run, say

IMAGE_USER = 10001
"""The image's own user; the Dockerfile has the same number."""
BUILD_SECONDS = 600
"""For one try. Most builds take a few; now and then BuildKit hangs, and does not the next time."""


@dataclass(frozen=True)
class Image:
    """A built image: its ID, its size in bytes, and the base it stands on."""

    id: str
    size: int
    base: base.Base

    def __str__(self) -> str:
        return f"{self.id} {self.size / 1e6:.0f} MB, base: {self.base.origin}"


def build(*, test: bool = False) -> Image:
    """Build the image, or with `test` the image plus the layer that tests it.

    Nothing that already is as it should be is done again.
    """
    if test:
        return _build("test", "image", "check")
    image = _build("runtime", "image")
    dotenv.write(ROOT / ".env", {"PARITY_IMAGE": image.id, "PARITY_USER": prepare_artifacts(ask())})
    return image


def build_tracking() -> Image:
    """Build the image of MLflow and its recorder, which stand beside the one image."""
    return _build("tracking", "tracking")


def prepare_artifacts(engine: Engine, folder: Path = ARTIFACTS) -> str:
    """Make the folder that both containers mount, and return the user who can write to it.

    Docker would create a missing one as root's.
    """
    folders = [folder, *(folder / name for name in ("data", "mlflow", "models", "pipeline", "predictions"))]
    for path in folders:
        path.mkdir(exist_ok=True)
    if engine.rootless:
        return "0:0"  # root inside is this user outside
    if os.getuid() != 0:
        return f"{os.getuid()}:{os.getgid()}"
    for path in folders:
        os.chown(path, IMAGE_USER, IMAGE_USER)
    return f"{IMAGE_USER}:{IMAGE_USER}"


def revision() -> str:
    """The commit, marked -dirty if files differ from it; unknown outside git."""
    try:
        return run("git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*", timeout=30, cwd=ROOT).strip()
    except ParityError:
        return "unknown"


def _build(stage: str, *groups: str) -> Image:
    engine = ask()
    stand_on = base.ensure(base.PYTHON, engine)
    (site,) = {wheels.ensure_site(group, engine.arch).parent for group in groups}
    say(f"image: building stage {stage}")
    identity = _docker_build(stage, stand_on, site)
    return Image(identity, int(inspect(identity, "{{.Size}}") or 0), stand_on)


def _docker_build(stage: str, stand_on: base.Base, site: Path) -> str:
    try:
        return _try_build(stage, stand_on, site)
    except TimeLimitError as error:
        say(f"image: {error.what}; trying once more")
        return _try_build(stage, stand_on, site)


def _try_build(stage: str, stand_on: base.Base, site: Path) -> str:
    identity = CACHE / f"{stage}.{os.getpid()}.id"
    arguments = {
        "BASE": stand_on.image,
        "BASE_SOURCE": stand_on.source,
        "LOCK_SHA256": wheels.lock_hash(),
        "REVISION": revision(),
        "SITE": site.relative_to(ROOT).as_posix(),
        "VERSION": tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"],
    }
    try:
        run(
            *("docker", "build", "--file", "shared/image/Dockerfile", "--target", stage),
            *("--tag", f"parity-sandbox:{'latest' if stage == 'runtime' else stage}"),
            *("--network", "none", "--progress", "plain", "--iidfile", identity),
            *(f"--build-arg={name}={value}" for name, value in arguments.items()),
            ".",
            timeout=BUILD_SECONDS,
            cwd=ROOT,
            remedy="mend what it names, then: make image",
            env={
                "DOCKER_BUILDKIT": "1",
                # A user's own default builder may be a container, which cannot see local bases.
                "BUILDX_BUILDER": run("docker", "context", "show", timeout=10).strip(),
                # An attestation holds the time, and would give every build another ID.
                "BUILDX_NO_DEFAULT_ATTESTATIONS": "1",
            },
        )
        return identity.read_text().strip()
    finally:
        identity.unlink(missing_ok=True)
