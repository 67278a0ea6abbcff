"""A model folder: `model.skops` and its passport `manifest.json`, saved and loaded safely.

skops, not pickle: loading builds objects of the types in `TRUSTED` and of scikit-learn's
own, and runs nothing else. Folders appear whole (written aside, synced, renamed), and
`current` is a symbolic link that is replaced in one step, so a crash at any moment leaves
the model that was served before.
"""

import datetime as dt
import hashlib
import io
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict

import msgspec
import pandas as pd
import skops.io
from sklearn.pipeline import Pipeline

from shared.errors import ParityError
from shared.golden import Golden, Probabilities
from shared.problem import contract
from shared.problem.features import features
from shared.settings import Image
from shared.window import Reference

FORMAT = 2
MODEL, MANIFEST, CURRENT = "model.skops", "manifest.json", "current"
TRUSTED = [
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.model_selection._split.StratifiedKFold",
]
MAX_UNPACKED_BYTES = 512 << 20


class ArtifactError(ParityError):
    """A model folder is missing, damaged, or of another contract."""

    exit_code = 1


class File(TypedDict):
    """A file beside the passport."""

    sha256: str
    bytes: int


@dataclass(frozen=True)
class Passport:
    """What a model is, what it was made from, and how to tell that it still is itself.

    Attributes:
        format: version of this record's own form.
        version: the model's name, UTC time of training and start of the model's hash.
        files: size and SHA-256 of each file beside this one.
        image: ID, base, lock hash and code revision of the image it was trained in.
        data: name, hashes and rows of the collected files, and what preparation kept.
        parameters: everything in `dev/problem/params.toml`.
        metrics: of the model and of the naive baseline, on the test months.
        threshold: late if the probability is at least this.
        contract_sha256: hash of the contract the model was trained under.
        environment: snapshot of where it was trained.
        golden: golden requests, answers and noise floor.
        distribution: of each column in training, and what is usual for a window of rows.
    """

    format: int
    version: str
    created: dt.datetime
    files: dict[str, File]
    image: Image
    data: dict[str, Any]
    parameters: dict[str, Any]
    metrics: dict[str, Any]
    threshold: float
    contract_sha256: str
    environment: dict[str, Any]
    golden: Golden
    distribution: Reference


@dataclass(frozen=True)
class Model:
    """A fitted pipeline with its passport."""

    pipeline: Pipeline
    passport: Passport

    def probabilities(self, flights: Sequence[contract.Flight]) -> Probabilities:
        """Probability of being late; shape (len(flights),)."""
        return probabilities(self.pipeline, flights)


def probabilities(pipeline: Pipeline, flights: Sequence[contract.Flight]) -> Probabilities:
    """The one way from flights to probabilities, in training, replay and serving.

    Returns:
        shape (len(flights),), probability of the class True.
    """
    return predict(pipeline, features(contract.to_frame(flights)))


def predict(pipeline: Pipeline, table: pd.DataFrame) -> Probabilities:
    """The second half of that way, for those who look at the model's columns in between.

    Args:
        table: as `features` gives it.

    Returns:
        shape (len(table),), probability of the class True.
    """
    late = list(pipeline.classes_).index(True)
    result: Probabilities = pipeline.predict_proba(table)
    return result[:, late]


def dumps(pipeline: Pipeline) -> bytes:
    """The pipeline as a skops file that depends on nothing but the pipeline.

    skops names parts by memory address and stamps them with the time; here they are
    numbered in order and the time is fixed, so equal models are equal files.
    """
    with zipfile.ZipFile(io.BytesIO(skops.io.dumps(pipeline))) as packed:
        schema = json.loads(packed.read("schema.json"))
        numbers: dict[int, int] = {}
        names: dict[str, str] = {}
        _renumber(schema, numbers, names)
        output = io.BytesIO()
        with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as stable:
            _write(stable, "schema.json", json.dumps(schema, sort_keys=True).encode())
            for old, new in names.items():
                _write(stable, new, packed.read(old))
    return output.getvalue()


def save(models: Path, model: Model, files: Mapping[str, bytes]) -> Path:
    """Write a model to the folder of its version, whole or not at all.

    Args:
        files: content of each file that the passport names; of `MODEL`, the pipeline as `dumps` gave it.

    Returns:
        the folder.
    """
    models.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(dir=models, prefix=".partial-"))
    try:
        partial.chmod(0o755)
        for name, content in files.items():
            _write_synced(partial / name, content)
        manifest = msgspec.json.format(msgspec.json.encode(model.passport), indent=2)
        _write_synced(partial / MANIFEST, manifest)
        _sync(partial)
        return partial.rename(models / model.passport.version)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def load(folder: Path) -> Model:
    """Read a model folder, trusting nothing that its passport does not vouch for.

    Raises:
        ArtifactError: a file is missing, damaged or unsafe, or the contract is another.
    """
    passport = _read_passport(folder)
    ours = contract.sha256()
    if passport.contract_sha256 != ours:
        raise ArtifactError(
            f"model {passport.version} was trained under another contract",
            evidence=f"{folder / MANIFEST}: contract {passport.contract_sha256}, here {ours}",
            remedy=f"train under this contract: make dev; or serve it from its own image, {passport.image['id']}",
        )
    if MODEL not in passport.files:
        raise ArtifactError(
            f"{folder / MANIFEST} is damaged",
            evidence=f"expected the hash of {MODEL}, got {', '.join(passport.files) or 'no files'}",
            remedy=_RESTORE,
        )
    content = {name: _read_verified(folder / name, record) for name, record in passport.files.items()}
    return Model(_loads(folder / MODEL, content[MODEL]), passport)


def publish(models: Path, version: str) -> None:
    """Make a saved model the current one, in one step."""
    fresh = models / f".{CURRENT}-{version}"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(version)
    fresh.replace(models / CURRENT)
    _sync(models)


def _renumber(node: Any, numbers: dict[int, int], names: dict[str, str]) -> None:
    if isinstance(node, dict):
        if "__id__" in node:
            node["__id__"] = numbers.setdefault(node["__id__"], len(numbers))
        if "file" in node:
            suffix = node["file"].rpartition(".")[2]
            node["file"] = names.setdefault(node["file"], f"{len(names)}.{suffix}")
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            _renumber(child, numbers, names)


def _write(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)


def _write_synced(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read_passport(folder: Path) -> Passport:
    path = folder / MANIFEST
    content = _read(path)
    try:
        number = msgspec.json.decode(content, type=dict[str, Any]).get("format")
        if number != FORMAT:
            raise ArtifactError(
                f"{path} has a format that this code does not know",
                evidence=f"expected format {FORMAT}, got {number!r}",
                remedy="train with this code: make dev; or serve the model from its own image",
            )
        return msgspec.json.decode(content, type=Passport)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ArtifactError(
            f"{path} is damaged",
            evidence=f"expected a passport of format {FORMAT}, got {len(content)} bytes: {error}",
            remedy=_RESTORE,
        ) from error


def _read_verified(path: Path, record: File) -> bytes:
    content = _read(path)
    digest = hashlib.sha256(content).hexdigest()
    if digest != record["sha256"]:
        raise ArtifactError(
            f"{path} is damaged",
            evidence=f"expected SHA-256 {record['sha256']} and {record['bytes']} bytes, "
            f"got {digest} and {len(content)} bytes",
            remedy=_RESTORE,
        )
    return content


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ArtifactError(
            f"{path} cannot be read",
            evidence=f"expected a file, got: {error.strerror}",
            remedy=_RESTORE,
        ) from error


def _loads(path: Path, content: bytes) -> Pipeline:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            size = sum(part.file_size for part in packed.infolist())
        if size > MAX_UNPACKED_BYTES:
            raise ValueError(f"{size:,} bytes unpacked, more than {MAX_UNPACKED_BYTES:,}")
        pipeline = skops.io.loads(content, trusted=TRUSTED)
        if not isinstance(pipeline, Pipeline):
            raise TypeError(f"expected a Pipeline, got {type(pipeline).__name__}")
        return pipeline
    except Exception as error:  # skops raises whatever a strange file leads it to
        raise ArtifactError(
            f"{path} cannot be loaded safely",
            evidence=f"expected a scikit-learn pipeline of trusted types, got {error}",
            remedy="do not serve it; find out who wrote it, then train again: make dev",
        ) from error


_RESTORE = "train again: make dev; or publish an older model: make publish VERSION=…"
