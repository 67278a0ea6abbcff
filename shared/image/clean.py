"""Remove what this checkout made, and nothing else: `make stop`, `make clean`, `make distclean`."""

import shutil
import sys
from pathlib import Path

from shared.errors import ParityError
from shared.image import base, checkout, dotenv, remove
from shared.image.engine import ask, inspect
from shared.image.paths import ROOT
from shared.image.run import say

FOLDERS = (".cache", ".dvc/tmp", ".venv", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache")
OURS = frozenset({"PARITY_IMAGE", "PARITY_USER", checkout.VARIABLE})
"""Lines of .env; the others are the user's."""


def stop() -> None:
    """End dev, prod, MLflow and practice, also a training or a shell in another terminal."""
    ask()
    projects = checkout.projects() | {name for name in checkout.recorded("project") if name.endswith("-practice")}
    ours = remove.containers(projects)
    remove.stop(ours)
    remove.networks(projects)
    if not ours:
        say("nothing of this checkout is running")


def clean(*, artifacts: bool, force: bool = False) -> None:
    """Remove containers, networks and images, then files.

    Files go even where the engine cannot be reached.

    Args:
        force: do not ask where something is running.

    Raises:
        ParityError: something is running, and its removal was not confirmed: nothing was removed.
    """
    try:
        ask()
    except ParityError:
        _files(ROOT, artifacts=artifacts)
        raise
    projects = checkout.projects() | checkout.recorded("project")
    ours = remove.containers(projects)
    _ask_first([container for container in ours if container.running], force=force)
    remove.stop(ours)
    remove.networks(projects)
    remove.images()
    for spec in (base.PYTHON, base.BROWSER, base.BALANCER):
        if inspect(spec.reference, "{{.Id}}"):
            say(f"kept: {spec.reference}, which others may use (docker image rm {spec.reference})")
    say("kept: BuildKit's build cache, which is shared by all your projects (docker builder prune)")
    _files(ROOT, artifacts=artifacts)


def _ask_first(running: list[remove.OwnContainer], *, force: bool) -> None:
    if not running or force:
        return
    listed = "\n    ".join(map(str, running))
    if sys.stdin.isatty():
        say(f"running, and to be removed:\n    {listed}")
        print("remove them? [y/N] ", end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip().lower() in ("y", "yes"):
            return
    raise ParityError(
        f"nothing was removed: {len(running)} container{'s are' if len(running) > 1 else ' is'} running",
        evidence=listed,
        remedy="make stop, then once more; or with FORCE=1",
    )


def _files(root: Path, *, artifacts: bool) -> None:
    try:
        for name in (*FOLDERS, *(["artifacts"] if artifacts else [])):
            if (root / name).exists():
                shutil.rmtree(root / name)
                say(f"removed: {name}")
        for folder in list(root.glob("*/**/__pycache__")):
            shutil.rmtree(folder)
    except OSError as error:
        raise ParityError("a file could not be removed", evidence=str(error), remedy="sudo make clean") from None
    dotenv.unset(root / ".env", OURS)
    if (root / "artifacts").exists():
        say("kept: artifacts (make distclean removes your data and models too)")
