"""Score a partition: contract, features and scorer as in serving, in one process or on any worker of a cluster.

What it leaves behind is whole: files are written aside and renamed, the record of the partition last. So it does not
matter how often a partition is scored, by whom, and who dies meanwhile.
"""

import hashlib
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from prod import answer
from prod.batch import folder, partition, rows
from prod.batch.partition import Partition
from prod.batch.rows import Read
from prod.guard import Examined
from shared import artifact, window
from shared.columns import features
from shared.errors import ParityError
from shared.problem.target import TARGET
from shared.scorer import Scorer


@dataclass(frozen=True)
class Model:
    """Which model scores: version, SHA-256 of its passport, and whether its pipeline or its compiled form answers."""

    version: str
    passport_sha256: str
    scorer: str


@dataclass(frozen=True)
class Job:
    """What is scored, and how; the same for each partition.

    Attributes:
        source: file of rows.
        target: folder of what comes of them.
        form: of both.
        columns: of `source`, if it is CSV.
        key: columns that are handed on.
    """

    source: str
    target: str
    form: str
    columns: Sequence[str]
    key: Sequence[str]
    model: Model


@dataclass(frozen=True)
class Failed:
    """A `ParityError`, as it travels between processes."""

    what: str
    evidence: str
    remedy: str
    exit_code: int = 2


@dataclass(frozen=True)
class Held:
    """What this process scores with."""

    scorer: Scorer
    passport: artifact.Passport
    model: Model


held: Held | None = None


def hold(examined: Examined) -> Held:
    """Score with a model that the guard has examined, from now on."""
    global held
    contents, kind = examined.contents, examined.verdict.scorer
    held = Held(artifact.scorer(contents, kind), contents.passport, model(examined))
    return held


def which() -> Model | None:
    """What this process holds."""
    return held.model if held else None


def model(examined: Examined) -> Model:
    """Which model that is."""
    passport = examined.contents.passport
    digest = hashlib.sha256(msgspec.json.encode(passport)).hexdigest()
    return Model(passport.version, digest, examined.verdict.scorer)


def score(part: Partition, job: Job) -> folder.Done | Failed:
    """Score a partition and leave its files; returns what was done."""
    try:
        return _score(part, job)
    except ParityError as error:
        return Failed(error.what, error.evidence, error.remedy, error.exit_code)


def _score(part: Partition, job: Job) -> folder.Done:
    if held is None or held.model != job.model:
        raise ParityError(
            f"worker {socket.gethostname()} holds another model than the one that is to score",
            evidence=f"expected {job.model}, got {which()}",
            remedy="start the workers again, which then examine the current model",
        )
    content = partition.content(Path(job.source), part)
    kept, refused = [], []
    numbers = range(part.first, part.first + part.rows)
    for number, read in zip(numbers, rows.read(content, job.form, job.columns, job.key), strict=True):
        if read.row is None:
            refused.append(_refused(number, read))
        else:
            kept.append((number, read.key, read.row))
    found = _predictions(held, [row for _, _, row in kept])
    scored = [
        {"row": number, **key, **prediction, "model_version": job.model.version}
        for (number, key, _), prediction in zip(kept, found, strict=True)
    ]
    return folder.put(Path(job.target), job.form, job.key, part, scored, refused)


def _predictions(held: Held, asked: Sequence[Any]) -> list[dict[str, Any]]:
    """What the service would answer to these rows."""
    if not asked:
        return []
    columns, seen = features(asked), held.passport.distribution
    scores = held.scorer.scores(columns)
    labels = TARGET.labels(scores, held.passport.threshold).tolist()
    unseen = answer.unseen(asked, seen)
    found: list[dict[str, Any]] = msgspec.to_builtins(
        answer.predictions(scores, labels, unseen, window.outside(columns, seen))
    )
    return found


def _refused(number: int, read: Read) -> Mapping[str, Any]:
    errors = [{"field": each.field, "expected": each.expected, "got": each.got} for each in read.errors]
    return {"row": number, **read.key, "errors": errors}
