"""The folder that a job leaves: a file of predictions for each partition, one of refused rows where there are some.

    part-00000.csv            or .jsonl, as the rows came
    refused-00000.jsonl       rows that break the contract, with the reasons
    _job.json                 the model and the rest of what must be the same in each part
    _parts/00000.json         a partition that is done, and what it was made from
    _summary.json             all of them are

Readers of folders, such as DuckDB, Spark and Dask, leave out names with an underscore.
"""

import csv
import fcntl
import io
import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from prod.batch.partition import CSV, Partition
from shared import model_folder
from shared.errors import ParityError
from shared.problem.target import TARGET

JOB, PARTS, SUMMARY, LOCK = "_job.json", "_parts", "_summary.json", "_lock"


@dataclass(frozen=True)
class Done:
    """A partition that is done.

    Attributes:
        scored, refused: rows.
        bytes: of both files, 0 for none.
    """

    partition: Partition
    scored: int
    refused: int
    bytes: tuple[int, int]


def put(
    target: Path, form: str, key: Sequence[str], part: Partition, scored: Sequence[Any], refused: Sequence[Any]
) -> Done:
    """Leave what came of a partition, its record last."""
    predictions = _csv(key, scored) if form == CSV else _json_lines(scored)
    broken = _json_lines(refused)
    path, beside = _paths(target, form, part.number)
    if broken:
        _put(beside, broken)
    else:
        beside.unlink(missing_ok=True)
    _put(path, predictions)
    done = Done(part, len(scored), len(refused), (len(predictions), len(broken)))
    _put(target / PARTS / f"{part.number:05}.json", msgspec.json.encode(done))
    return done


def done(target: Path, form: str, part: Partition) -> Done | None:
    """The record of a partition that is done: of the same bytes, and with its files."""
    try:
        record = msgspec.json.decode((target / PARTS / f"{part.number:05}.json").read_bytes(), type=Done)
        sizes = [path.stat().st_size if path.exists() else 0 for path in _paths(target, form, part.number)]
    except (OSError, UnicodeError, msgspec.MsgspecError):
        return None
    # Where its bytes stand in the file may have changed.
    same = replace(record.partition, offset=part.offset) == part and tuple(sizes) == record.bytes
    return record if same else None


@contextmanager
def claim(target: Path, job: Mapping[str, Any]) -> Iterator[None]:
    """Have the folder for a job, or for the rest of the same one.

    Args:
        job: what must be the same in each part, as JSON values.

    Raises:
        ParityError: it holds something else, or somebody scores into it.
    """
    if not target.is_dir():
        raise ParityError("there is no folder for the output", evidence=f"{target}", remedy="make it, then once more")
    before = target / JOB
    if not before.exists() and (other := sorted(path.name for path in target.iterdir() if path.name != LOCK)):
        raise ParityError(
            "the output's folder holds something else",
            evidence=f"no {JOB}, but {', '.join(other[:3])}{'…' if len(other) > 3 else ''}",
            remedy="another folder, or empty this one",
        )
    with (target / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ParityError(
                "somebody scores into the output's folder now",
                evidence=f"{LOCK} there is held",
                remedy="wait for it, or take another folder",
            ) from None
        if before.exists():
            _same(json.loads(before.read_text()), job)
        (target / PARTS).mkdir(exist_ok=True)
        _put(before, json.dumps(job, indent=2).encode())
        (target / SUMMARY).unlink(missing_ok=True)
        yield


def finish(target: Path, form: str, parts: int, summary: Mapping[str, Any]) -> None:
    """Say that all is done; what is left of an input that was longer goes."""
    number = parts
    while (record := target / PARTS / f"{number:05}.json").exists():
        for path in (record, *_paths(target, form, number)):
            path.unlink(missing_ok=True)
        number += 1
    for left in target.rglob(".partial-*"):
        left.unlink(missing_ok=True)
    _put(target / SUMMARY, json.dumps(summary, indent=2).encode())


def columns() -> tuple[str, ...]:
    """Of an answer, as CSV has them: scores, what is decided, then what speaks against trusting it."""
    return (*dict.fromkeys((*TARGET.columns, TARGET.name)), "unseen", "outside")


def _same(before: Mapping[str, Any], job: Mapping[str, Any]) -> None:
    for name, value in job.items():
        if before.get(name) != value:
            raise ParityError(
                f"the output's folder holds the scores of another {name}",
                evidence=f"expected {json.dumps(value)}, got {json.dumps(before.get(name))}",
                remedy="another folder, or empty this one",
            )


def _paths(target: Path, form: str, number: int) -> tuple[Path, Path]:
    return target / f"part-{number:05}.{form}", target / f"refused-{number:05}.jsonl"


def _put(path: Path, content: bytes) -> None:
    """A file, whole or not at all."""
    aside = path.with_name(f".partial-{uuid.uuid4().hex}")
    try:
        model_folder.write_synced(aside, content)
        aside.replace(path)
    finally:
        with suppress(OSError):
            aside.unlink(missing_ok=True)


def _json_lines(rows: Sequence[Any]) -> bytes:
    return msgspec.json.Encoder().encode_lines(rows)


def _csv(key: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> bytes:
    text = io.StringIO(newline="")
    names = ("row", *key, *columns(), "model_version")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        flat = {**row, **_by_class(row)}
        writer.writerow([_cell(flat.get(name)) for name in names])
    return text.getvalue().encode()


def _by_class(row: Mapping[str, Any]) -> dict[str, Any]:
    """Probabilities of classes, by column of the target."""
    found = row.get(f"{TARGET.name}_probabilities")
    return {f"{TARGET.name}_probabilities.{name}": value for name, value in found.items()} if found else {}


def _cell(value: Any) -> str:
    """A text as it is, nothing as an empty cell, the rest as JSON."""
    return value if isinstance(value, str) else "" if value is None else msgspec.json.encode(value).decode()
