"""A model folder: `model.skops` and its passport `manifest.json`, saved and loaded safely.

Folders appear whole (written aside, synced, renamed), and `current` is a symbolic link that is
replaced in one step, so a crash at any moment leaves the model that was served before.
"""

import datetime as dt
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

import msgspec
from msgspec import Meta

from shared import compiled, contract, golden, model_folder, window
from shared.columns import frame
from shared.golden import Golden
from shared.model_folder import MAX_FILE_BYTES, MODEL, RESTORE, SEAL, ArtifactError
from shared.passport import CURRENT, FORMAT, MANIFEST
from shared.problem.target import TARGET
from shared.scorer import COMPILED, CompiledScorer, PipelineScorer, Scorer
from shared.settings import ImageRecord
from shared.target import Scores, declared
from shared.window import Reference

if TYPE_CHECKING:
    import pandas as pd
    from sklearn.pipeline import Pipeline

__all__ = ["CURRENT", "FORMAT", "MANIFEST", "MODEL", "SEAL", "ArtifactError", "Model", "Passport", "dumps", "load"]


DECIDES = ("kind", "name", "columns", "unit")
"""Of a target, what answers depend on; the rest is words."""
Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$", max_length=64)]


class File(TypedDict):
    """A file beside the passport."""

    sha256: Sha256
    bytes: Annotated[int, Meta(ge=0, le=MAX_FILE_BYTES)]


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
        metrics: of the model and of the naive baseline, on rows that it has not learned from.
        threshold: positive if the probability is at least this; None where no probability decides.
        target: what it predicts, as `shared.target.declared` has it.
        contract_sha256: hash of the contract the model was trained under.
        environment: snapshot of where it was trained.
        golden: golden requests, answers and noise floor.
        distribution: of each column in training, and what is usual for a window of rows.
    """

    format: int
    version: Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=100)]
    created: Annotated[dt.datetime, Meta(tz=True)]
    files: dict[str, File]
    image: ImageRecord
    data: dict[str, Any]
    parameters: dict[str, Any]
    metrics: dict[str, Any]
    threshold: Annotated[float, Meta(ge=0, le=1)] | None
    target: dict[str, Any]
    contract_sha256: Sha256
    environment: dict[str, Any]
    golden: Golden
    distribution: Reference


@dataclass(frozen=True)
class Model:
    """A fitted pipeline with its passport."""

    pipeline: "Pipeline"
    passport: Passport

    def scores(self, rows: Sequence[contract.Row]) -> Scores:
        """What it says of rows; shape (len(rows), len(TARGET.columns))."""
        return scores(self.pipeline, rows)


@dataclass(frozen=True)
class Contents:
    """A model folder as it was read, every file with the hash that its sealed passport gives."""

    folder: Path
    passport: Passport
    model: bytes
    compiled: bytes | None = None


def dumps(pipeline: "Pipeline") -> bytes:
    """The pipeline as the file `MODEL`; equal pipelines are equal bytes."""
    from shared import model_file

    return model_file.dumps(pipeline)


def scores(pipeline: "Pipeline", rows: Sequence[contract.Row]) -> Scores:
    """The one way from rows to scores, in training, replay and serving.

    Returns:
        shape (len(rows), len(TARGET.columns)).
    """
    return predict(pipeline, frame(rows))


def predict(pipeline: "Pipeline", table: "pd.DataFrame") -> Scores:
    """The second half of that way, for those who look at the model's columns in between.

    Args:
        table: as `shared.columns.frame` gives it.

    Returns:
        shape (len(table), len(TARGET.columns)).
    """
    return TARGET.scores(pipeline, table)


def save(models: Path, model: Model, files: Mapping[str, bytes]) -> Path:
    """Write a model to the folder of its version, whole or not at all.

    Args:
        files: content of each file that the passport names; of `MODEL`, the pipeline as `dumps` gave it.

    Returns:
        the folder.
    """
    models.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(dir=models, prefix=".partial-"))
    manifest = msgspec.json.format(msgspec.json.encode(model.passport), indent=2)
    try:
        partial.chmod(0o755)
        for name, content in {**files, MANIFEST: manifest, SEAL: model_folder.seal(manifest)}.items():
            model_folder.write_synced(partial / name, content)
        model_folder.sync(partial)
        return partial.rename(models / model.passport.version)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def load(folder: Path) -> Model:
    """Read a model folder, trusting nothing that its passport does not vouch for.

    Raises:
        ArtifactError: a file is missing, damaged or unsafe, or the contract is another.
    """
    return unpack(read(folder))


def read(folder: Path) -> Contents:
    """Read a model folder and check all that can be checked without loading the model.

    Raises:
        ArtifactError: a file is missing or damaged, or the contract is another.
    """
    folder = folder.resolve()  # `current` may be switched meanwhile
    passport = _passport(folder / MANIFEST, model_folder.read_sealed(folder))
    model_folder.check_names(folder, passport.files)
    content = {
        name: model_folder.read_verified(folder, name, record["sha256"], record["bytes"])
        for name, record in passport.files.items()
    }
    return Contents(folder, passport, content[MODEL], content.get(compiled.NAME))


def unpack(contents: Contents) -> Model:
    """Load the model of a folder that was read.

    Raises:
        ArtifactError: the model file is unsafe.
    """
    from shared import model_file  # with scikit-learn: seconds, where a compiled form need not wait for it

    return Model(model_file.loads(contents.folder / MODEL, contents.model), contents.passport)


def scorer(contents: Contents, kind: str) -> Scorer:
    """What answers for the model of a folder that was read.

    Args:
        kind: of scorer; a compiled one loads no pipeline.

    Raises:
        ArtifactError: what it is made from is unsafe.
    """
    return compiled_scorer(contents) if kind == COMPILED else PipelineScorer(unpack(contents).pipeline)


def compiled_scorer(contents: Contents) -> CompiledScorer:
    """The compiled one.

    Raises:
        ArtifactError: its file is unsafe.
    """
    path = contents.folder / compiled.NAME
    try:
        return CompiledScorer(compiled.read(contents.compiled or b""))
    except (ValueError, RecursionError) as error:
        raise ArtifactError(
            f"{path} cannot be evaluated safely",
            evidence=f"expected trees that were compiled from {MODEL}, got {error}",
            remedy="do not serve it; find out who wrote it, then train again: make dev",
        ) from error


def publish(models: Path, version: str) -> None:
    """Make a saved model the current one, in one step."""
    fresh = models / f".{CURRENT}-{version}"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(version)
    fresh.replace(models / CURRENT)
    model_folder.sync(models)


def _passport(path: Path, content: bytes) -> Passport:
    try:
        found = json.loads(content.decode(), object_pairs_hook=_once, parse_constant=_finite)
        number = found.get("format") if isinstance(found, dict) else None
        if number != FORMAT:
            raise ArtifactError(
                f"{path} has a format that this code does not know",
                evidence=f"expected format {FORMAT}, got {number!r}",
                remedy="train with this code: make dev; or serve the model from its own image",
            )
        passport = msgspec.json.decode(content, type=Passport)
        ours = contract.sha256()
        if passport.contract_sha256 != ours:
            raise ArtifactError(
                f"model {passport.version} was trained under another contract",
                evidence=f"{path}: contract {passport.contract_sha256}, here {ours}",
                remedy=f"train under this contract: make dev; or serve it from its own image, {passport.image['id']}",
            )
        _check_target(path, passport)
        golden.check(passport.golden)
        window.check(passport.distribution)
        return passport
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise ArtifactError(
            f"{path} is damaged",
            evidence=f"expected a passport of format {FORMAT}, got {len(content)} bytes: {error}",
            remedy=RESTORE,
        ) from error


def _check_target(path: Path, passport: Passport) -> None:
    """What it predicts has the name, the columns and the unit that are declared here."""
    ours, theirs = ({name: each.get(name) for name in DECIDES} for each in (declared(TARGET), passport.target))
    if ours != theirs:
        raise ArtifactError(
            f"model {passport.version} was trained to predict something else",
            evidence=f"{path}: {theirs}, here {ours}",
            remedy=f"train for this target: make dev; or serve it from its own image, {passport.image['id']}",
        )
    if (passport.threshold is None) == (ours["kind"] == "binary"):
        raise ValueError(f"a threshold of {passport.threshold} for a {ours['kind']} target")


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"the key {next(name for name in names if names.count(name) > 1)!r} more than once")
    return found


def _finite(name: str) -> float:
    raise ValueError(f"{name} is not a number in JSON")
