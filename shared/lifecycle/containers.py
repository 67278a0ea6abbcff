"""Dev and prod of one life cycle: the user's compose files, under a project of their own."""

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from shared.image import build, checkout, dotenv, service, signals
from shared.image import reload as serving
from shared.image.engine import ask
from shared.image.paths import ROOT
from shared.image.progress import alive as alive
from shared.image.progress import say
from shared.image.run import run

LOG_BYTES = 1 << 30
"""More than a year of rows takes."""


def project_name(folder: Path) -> str:
    """Of the Compose project that plays a year in that folder."""
    return f"{checkout.name()}-lifecycle-{sha256(str(folder.resolve()).encode()).hexdigest()[:8]}"


@contextmanager
def project(folder: Path) -> Iterator[None]:
    """Have Compose's commands act on a project of its own with this folder as artifacts; nothing of it is left after.

    A folder has one project, so what a run that was killed has left is taken over. The image is that of the beginning,
    even if another is built meanwhile.
    """
    if image := dotenv.read(ROOT / ".env").get("PARITY_IMAGE"):
        os.environ.setdefault("PARITY_IMAGE", image)
    name = project_name(folder)
    checkout.record("project", name)
    os.environ.update(
        COMPOSE_PROJECT_NAME=name,
        PARITY_ARTIFACTS=str(folder.resolve()),
        PARITY_LOG_BYTES=str(LOG_BYTES),
        PARITY_PORT="0",
        PARITY_USER=build.prepare_artifacts(ask(), folder),
    )
    try:
        yield
    finally:
        signals.ignore()
        say("lifecycle: taking the containers down")
        _compose("prod", "down", "--remove-orphans", "--timeout", "5", timeout=60)


def dev(module: str, *words: str, timeout: float, codes: Collection[int] = (0,)) -> str:
    """Run a module in the dev container; returns its stdout."""
    command = ("run", "--rm", "--no-TTY", "dev", "python3", "-m", module, *words)
    return _compose("dev", *command, timeout=timeout, codes=codes, activity=f"lifecycle: {module}")


def serve() -> str:
    """Start prod; returns its address, which stays through reloads."""
    return service.PROD.up()


def verify() -> None:
    """Have prod's guard examine the current model, as it does at a start.

    Raises:
        ParityError: it may not be served; the one that is goes on.
    """
    serving.examine(service.PROD)


def reload(url: str, version: str) -> None:
    """Have prod load the current model, new workers first, and wait until all of them have."""
    service.PROD.signal("HUP")
    serving.settled(url, version)


def _compose(side: str, *words: str, timeout: float, codes: Collection[int] = (0,), activity: str = "") -> str:
    command = ("docker", "compose", "--file", f"compose.{side}.yml", *words)
    return run(*command, timeout=timeout, cwd=ROOT, codes=codes, activity=activity)
