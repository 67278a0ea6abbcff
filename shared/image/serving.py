"""`make prod` and `make publish`: what serves at the end is what is published; what served before is printed."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from shared.errors import ParityError
from shared.image import dotenv, reload, settings, training
from shared.image.paths import ROOT
from shared.image.progress import say
from shared.image.run import environment
from shared.image.service import PROD
from shared.passport import CURRENT


def up(*, replay: bool = False) -> int:
    """Start prod with the published model, training one if there is none; prints its address.

    Args:
        replay: only if another prod, asked before, keeps to the model.
    """
    models = settings.artifacts() / "models"
    if not (models / CURRENT).exists() and (code := training.collect() or training.train(())):
        return code
    before = serving()
    if replay and (code := _rehearsed(models / CURRENT)):
        return code
    if before and PROD.image() != dotenv.read(ROOT / ".env").get("PARITY_IMAGE"):
        reload.examine_anew(PROD, before)
        say("prod: its container is replaced: it answers what it has accepted, and for seconds no connection is taken")
    PROD.up()
    reload.to_published(PROD, models, before)
    say("prod: open it in a browser, or type: make predict, or: make replay")
    print(PROD.url())
    return 0


def publish(options: Sequence[str]) -> int:
    """Run `dev.publish` with these options, and have a running prod serve what is published then."""
    models = settings.artifacts() / "models"
    compose = ("docker", "compose", "--file", "compose.dev.yml", "run", "--rm", "--no-TTY", "dev")
    command = (*compose, "python3", "-m", "dev.publish", *options)
    code = subprocess.run(
        command, cwd=ROOT, env=environment(settings.for_compose()), stdin=subprocess.DEVNULL
    ).returncode
    if code == 0 and options and serving():
        reload.to_published(PROD, models)
    return code


def serving() -> str | None:
    """Version of the model that prod serves now; None if it is not running."""
    try:
        return reload.serving(PROD.url())
    except ParityError:
        return None


def _rehearsed(model: Path) -> int:
    say("prod: rehearsing first; what serves now goes on")
    with PROD.rehearsal({"PARITY_LOG_BYTES": "0"}) as (url, container):
        options = ("--model", str(model), "--container", container)
        command = [sys.executable, "-m", "shared.parity", "replay", url, *options]
        code = subprocess.run(command, cwd=ROOT, stdout=sys.stderr).returncode
    if code:
        say("prod: not started; what served before still does. Without REPLAY=1 there is no rehearsal")
    return code
