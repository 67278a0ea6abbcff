"""`make score`: a file of rows goes into the image read-only, and a folder of answers comes out."""

import os
import shlex
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from shared.errors import ParityError
from shared.image import build, checkout, dotenv, parquet, settings, training
from shared.image.build import IMAGE_USER
from shared.image.paths import ROOT
from shared.image.run import run, say
from shared.image.service import PROSE
from shared.passport import CURRENT

COMPOSE = ("--file", "prod/batch/compose.yml", "--project-directory", str(ROOT))
OUT = "/batch/out"
SCHEDULER = "tcp://scheduler:8786"


def score(source: Path, target: Path, options: Sequence[str], workers: int = 0) -> int:
    """Score a file into a folder, and print which; as `job` otherwise."""
    code = job(source, target, options, workers)
    if code in (0, 1):
        print(target)
    return code


def job(source: Path, target: Path, options: Sequence[str], workers: int = 0) -> int:
    """Score a file into a folder; returns the exit code of `prod.batch`, whose output is ours.

    Args:
        options: of `prod.batch`.
        workers: of a cluster; 0 for processes of one container.

    Raises:
        ParityError: there is no such file, no folder can be had, or there is no model.
    """
    with parquet.as_rows(source) as rows:
        return _job(rows, target, options, workers)


def _job(source: Path, target: Path, options: Sequence[str], workers: int) -> int:
    env = {**settings.for_compose(), **_mounts(source, target)}
    if not (settings.artifacts() / "models" / CURRENT).exists():
        raise ParityError("there is no model to score with", evidence=f"no {CURRENT}", remedy="make dev")
    words = ("--", f"/batch/in/{env['PARITY_SCORE_NAME']}", OUT)
    if workers:
        with _cluster(workers, env) as compose:
            cluster = (f"--scheduler={SCHEDULER}", f"--workers={workers}")
            code = training.attend(compose, "client", ("python3", "-m", "prod.batch", *cluster, *options, *words), env)
            _say_refusals(compose, code, env)
    else:
        code = training.attend(COMPOSE, "score", ("python3", "-m", "prod.batch", *options, *words), env)
    return code


@contextmanager
def _cluster(workers: int, env: dict[str, str]) -> Iterator[tuple[str, ...]]:
    """A scheduler and workers, gone on exit; options of Compose that name them."""
    env["PARITY_BATCH_IMAGE"] = build.build_batch().id
    project = f"{checkout.name()}-batch-{uuid.uuid4().hex[:8]}"
    compose = (*COMPOSE, "--profile", "cluster", "--project-name", project)
    checkout.record("project", project)
    try:
        up = ("up", "--detach", "--scale", f"worker={workers}", "scheduler", "worker")
        run("docker", "compose", *compose, *up, timeout=180, cwd=ROOT, env=env, activity=f"score: {workers} workers")
        yield compose
    finally:
        down = ("down", "--volumes", "--timeout", "0")
        run("docker", "compose", *compose, *down, timeout=120, cwd=ROOT, env=env)
        checkout.forget("project", project)


def _say_refusals(compose: Sequence[str], code: int, env: Mapping[str, str]) -> None:
    """Why a worker has ended, if that may be why nothing was scored."""
    if code not in (0, 1):
        logs = run("docker", "compose", *compose, "logs", "--no-log-prefix", "worker", timeout=60, cwd=ROOT, env=env)
        if refusal := PROSE.search(logs):
            say(f"a worker: {refusal[0]}")


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
