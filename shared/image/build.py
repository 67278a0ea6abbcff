"""Build the one image, and record its ID in .env, where both compose files read it."""

import json
import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from shared import names
from shared.errors import ParityError
from shared.image import archive, base, checkout, dotenv, settings, wheels
from shared.image.engine import Engine, ask, inspect
from shared.image.paths import CACHE, HERE, ROOT
from shared.image.run import TimeLimitError, run, say

IMAGE_USER = 10001
"""The image's own user; the Dockerfile has the same number."""
BUILD_SECONDS = 600
"""For one try. Most builds take a few; now and then BuildKit hangs, and does not the next time."""


@dataclass(frozen=True)
class BuiltImage:
    """A built image: its ID, its size in bytes, and the base it stands on."""

    id: str
    size: int
    base: base.Base

    def __str__(self) -> str:
        return f"{self.id} {self.size / 1e6:.0f} MB, base: {self.base.origin}"


def build(*, test: bool = False, cache: bool = True) -> BuiltImage:
    """Build the image, or with `test` the image plus the layer that tests it.

    Nothing that already is as it should be is done again, unless without `cache`: the image is the same then, too.
    """
    if test:
        return _build("test", "image", "check", cache=cache)
    image = _build("runtime", "image", cache=cache)
    user = prepare_artifacts(ask(), settings.artifacts())
    dotenv.write(ROOT / ".env", {"PARITY_IMAGE": image.id, "PARITY_USER": user, **checkout.variables()})
    return image


def build_tracking() -> BuiltImage:
    """Build the image of MLflow and its recorder, which stand beside the one image."""
    return _build("tracking", "tracking")


def build_batch() -> BuiltImage:
    """Build the image plus the layer that scores on a cluster."""
    return _build("batch", "image", "batch")


def prepare_artifacts(engine: Engine, folder: Path) -> str:
    """Make the folder that both containers mount, and return the user who can write to it.

    Docker would create a missing one as root's.

    Raises:
        ParityError: it cannot be made, or that user cannot write to it.
    """
    own = os.getuid() == 0 and not engine.rootless
    try:
        for path in (folder, *(folder / name for name in ("data", "mlflow", "models", "pipeline", "predictions"))):
            path.mkdir(parents=True, exist_ok=True)
            if own:
                os.chown(path, IMAGE_USER, IMAGE_USER)
            elif not os.access(path, os.W_OK | os.X_OK):
                raise PermissionError(f"{path} belongs to user {path.stat().st_uid}, and you are {os.getuid()}")
    except OSError as error:
        raise ParityError(
            "the folder of data and models cannot be written",
            evidence=str(error),
            remedy=f"sudo chown -R $USER {shlex.quote(str(folder))}; or another folder: PARITY_ARTIFACTS=…",
        ) from None
    if engine.rootless:
        return "0:0"  # root inside is this user outside
    return f"{IMAGE_USER}:{IMAGE_USER}" if own else f"{os.getuid()}:{os.getgid()}"


def revision() -> str:
    """The commit, marked -dirty if files differ from it; unknown outside Git, and where Git refuses, which it says."""
    try:
        return run("git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*", timeout=30, cwd=ROOT).strip()
    except ParityError as error:
        if (ROOT / ".git").exists():
            reason = next((line for line in error.evidence.splitlines() if "dubious" in line), error.evidence)
            say(f"image: its revision is unknown, also in the passports of models: {reason.strip()}")
            if "dubious" in reason:
                say(f"image: to trust this folder: git config --global --add safe.directory {shlex.quote(str(ROOT))}")
        return "unknown"


def _build(stage: str, *groups: str, cache: bool = True) -> BuiltImage:
    engine = ask()
    stand_on = base.ensure(base.PYTHON, engine)
    wheels.check_lock()
    (site,) = {wheels.ensure_site(group, engine.arch).parent for group in groups}
    say(f"image: building stage {stage}")
    identity = archive.settle(_docker_build(stage, stand_on, site, cache=cache))
    checkout.record("image", identity)
    checkout.record("tag", _tag(stage))
    run("docker", "tag", identity, _tag(stage), timeout=30)
    _check_layers(identity, stand_on)
    return BuiltImage(identity, int(inspect(identity, "{{.Size}}") or 0), stand_on)


def _tag(stage: str) -> str:
    return f"{checkout.repository()}:{'latest' if stage == 'runtime' else stage}"


def _check_layers(identity: str, stand_on: base.Base) -> None:
    """A build stands on a tag, which may have been moved while it ran."""
    layers, below = (inspect(image, "{{json .RootFS.Layers}}") or "[]" for image in (identity, stand_on.id))
    if json.loads(layers)[: len(json.loads(below))] != json.loads(below):
        raise ParityError(
            "the image does not stand on the base that was recorded",
            evidence=f"{stand_on.image} is {stand_on.id}, whose layers {identity} does not begin with",
            remedy="make image, once more",
        )


def _docker_build(stage: str, stand_on: base.Base, site: Path, *, cache: bool) -> str:
    try:
        return _try_build(stage, stand_on, site, cache=cache)
    except TimeLimitError as error:
        say(f"image: {error.what}; trying once more")
        return _try_build(stage, stand_on, site, cache=cache)


def _try_build(stage: str, stand_on: base.Base, site: Path, *, cache: bool) -> str:
    arguments = {
        "BASE": stand_on.image,
        "BASE_SOURCE": stand_on.source,
        "LOCK_SHA256": wheels.lock_hash(),
        "PROJECT": names.PROJECT,
        "REVISION": revision(),
        "SITE": site.relative_to(ROOT).as_posix(),
        "VERSION": names.VERSION,
    }
    options = ("--target", stage, *(() if cache else ("--no-cache",)))
    return docker_build("Dockerfile", ROOT, arguments, *options, activity=f"image: building stage {stage}")


def docker_build(name: str, context: Path, arguments: Mapping[str, str], *options: str, activity: str) -> str:
    """Build with a Dockerfile of this folder, without network; returns the image's ID, which is recorded.

    Args:
        context: the folder that it may copy from.
        arguments: its ARGs, beside the time that all files get.

    Raises:
        ParityError: it failed, or took too long.
    """
    identity = CACHE / f"{name}.{os.getpid()}.id"
    arguments = {**arguments, "SOURCE_DATE_EPOCH": str(wheels.EPOCH)}
    try:
        run(
            *("docker", "build", "--file", str(HERE / name), *options),
            *("--network", "none", "--progress", "plain", "--iidfile", str(identity)),
            *(f"--build-arg={name}={value}" for name, value in arguments.items()),
            context,
            timeout=BUILD_SECONDS,
            cwd=ROOT,
            remedy="mend what it names, then: make image",
            activity=activity,
            env={
                "DOCKER_BUILDKIT": "1",
                # A user's own default builder may be a container, which cannot see local bases.
                "BUILDX_BUILDER": run("docker", "context", "show", timeout=10).strip(),
                # An attestation holds the time, and would give every build another ID.
                "BUILDX_NO_DEFAULT_ATTESTATIONS": "1",
            },
        )
        built = identity.read_text().strip()
        checkout.record("image", built)
        return built
    finally:
        identity.unlink(missing_ok=True)
