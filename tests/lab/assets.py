"""What scenarios need, made once and kept in .cache/lab: a model, flights with dev's answers, images.

`python -m tests.lab.assets`; it says what it makes, and does nothing that is done.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from shared.errors import ParityError
from shared.image.run import say
from tests.lab import images, scenario
from tests.lab.sandbox import ROOT, give_to_image_user

LAB = ROOT / ".cache" / "lab"
MODELS = LAB / "artifacts" / "models"
MODEL = MODELS / "current"
OLDER = LAB / "older" / "models"
"""Models of which the current one is older: trained on a part of the flights."""
FLIGHTS = LAB / "flights.json"
WINTER = LAB / "winter" / "models"
"""One that knows the first months of the year alone."""
PROBE = Path(__file__).parent / "client" / "flights.py"


def product() -> str:
    """ID of the image that dev and prod run."""
    path = ROOT / ".env"
    lines = dict(line.split("=", 1) for line in path.read_text().splitlines()) if path.exists() else {}
    if "PARITY_IMAGE" not in lines or not (ROOT / "artifacts" / "data").exists():
        raise ParityError("there is nothing to break", evidence=f"no image in {path}, or no data", remedy="make lab")
    return lines["PARITY_IMAGE"]


def prepare(names: set[str] | None = None) -> None:
    """Make what scenarios need, with the images of those names; all images if none are named.

    Raises:
        ParityError: something could not be made.
    """
    image = product()
    if _made_for() != image:
        _train()
        (LAB / "image").write_text(image)
    images.ensure(sorted(names) if names is not None else images.known(), image)


def ready() -> str:
    """Why scenarios cannot run; "" if they can."""
    try:
        made = _made_for() == product()
    except ParityError as error:
        return error.what
    return "" if made else "the lab was made for another image"


def flights() -> dict[str, Any]:
    """What `client/flights.py` printed."""
    return dict(json.loads(FLIGHTS.read_text()))


def _made_for() -> str:
    path = LAB / "image"
    return path.read_text() if all(each.exists() for each in (path, FLIGHTS, MODEL, OLDER, WINTER)) else ""


def _train() -> None:
    (LAB / "image").unlink(missing_ok=True)
    for folder in (LAB / "artifacts", OLDER.parent, WINTER.parent):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "artifacts" / "data", LAB / "artifacts" / "data")
    say("lab: training its models, a minute and a half")
    winter = ("--test", "2013-03-18/2013-04-01")
    for models, options in ((WINTER, winter), (OLDER, ("--sample", "20000")), (MODELS, ())):
        MODELS.mkdir()
        give_to_image_user(LAB / "artifacts")
        _dev("python3", "-m", "dev.train", *options)
        models.parent.mkdir(exist_ok=True)
        MODELS.rename(models)
    say("lab: asking it about flights that it has not seen")
    FLIGHTS.write_text(_dev("python3", "-", given=PROBE.read_text()))


def _dev(*command: str, given: str = "") -> str:
    environment = {
        **os.environ,
        "PARITY_ARTIFACTS": str(LAB / "artifacts"),
        "COMPOSE_PROJECT_NAME": "parity-sandbox-lab",
    }
    run = ["docker", "compose", "--file", "compose.dev.yml", "run", "--rm", "--no-TTY", "dev", *command]
    done = subprocess.run(run, cwd=ROOT, env=environment, input=given, capture_output=True, text=True, timeout=600)
    if done.returncode:
        raise ParityError(f"`{' '.join(command)}` failed in dev", evidence=done.stderr[-2000:], remedy="make dev")
    return done.stdout


if __name__ == "__main__":
    try:
        prepare(set().union(*(each.images for each in scenario.everything())))
    except ParityError as error:
        sys.exit(f"error: {error}")
