"""`make score`: a file of rows goes into the image read-only, and a folder of answers comes out."""

import os
import shlex
from collections.abc import Sequence
from pathlib import Path

from shared.errors import ParityError
from shared.image import dotenv, settings, training
from shared.image.build import IMAGE_USER
from shared.image.paths import ROOT
from shared.passport import CURRENT

FILE = "prod/batch/compose.yml"
OUT = "/batch/out"


def score(source: Path, target: Path, options: Sequence[str]) -> int:
    """Score a file into a folder; returns the exit code of `prod.batch`, whose output is ours.

    Raises:
        ParityError: there is no such file, no folder can be had, or there is no model.
    """
    env = {**settings.for_compose(), **_mounts(source, target)}
    if not (settings.artifacts() / "models" / CURRENT).exists():
        raise ParityError("there is no model to score with", evidence=f"no {CURRENT}", remedy="make dev")
    command = ("python3", "-m", "prod.batch", *options, "--", f"/batch/in/{env['PARITY_SCORE_NAME']}", OUT)
    code = training.attend(("--file", FILE, "--project-directory", str(ROOT)), "score", command, env)
    if code in (0, 1):
        print(target)
    return code


def _mounts(source: Path, target: Path) -> dict[str, str]:
    """What the compose file mounts."""
    if not source.is_file():
        kind = "a folder" if source.is_dir() else "nothing"
        raise ParityError(
            "there is no such file to score", evidence=f"{source} is {kind}", remedy="make score IN=rows.csv OUT=scored"
        )
    try:
        target.mkdir(parents=True, exist_ok=True)
        user = int((dotenv.read(ROOT / ".env").get("PARITY_USER") or f"{IMAGE_USER}").partition(":")[0])
        if os.getuid() == 0 and user:
            os.chown(target, user, user)
    except OSError as error:
        remedy = f"see who may: ls -ld {shlex.quote(str(target))}; or another folder: OUT=…"
        raise ParityError("the output's folder cannot be had", evidence=str(error), remedy=remedy) from None
    source, target = source.resolve(), target.resolve()
    return {"PARITY_SCORE_IN": str(source), "PARITY_SCORE_NAME": source.name, "PARITY_SCORE_OUT": str(target)}
