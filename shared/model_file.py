"""`model.skops`: a pipeline as bytes that depend on nothing else, and back with nothing but trusted types.

skops, not pickle: loading builds objects of the types in `TRUSTED` and of scikit-learn's
own, and runs nothing else.
"""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import skops.io
from sklearn.pipeline import Pipeline

from shared import trees
from shared.model_folder import ArtifactError

TRUSTED = [
    "numpy.dtype",  # the type of an array's elements: imputers keep one
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.model_selection._split.KFold",
    "sklearn.model_selection._split.StratifiedKFold",
]
MAX_UNPACKED_BYTES = 512 << 20


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


def loads(path: Path, content: bytes) -> Pipeline:
    """The pipeline of a skops file, safe to predict with.

    Args:
        path: where the content comes from, for the error.

    Raises:
        ArtifactError: it is too large, of types that are not trusted, or its trees cannot be walked.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            size = sum(part.file_size for part in packed.infolist())
        if size > MAX_UNPACKED_BYTES:
            raise ValueError(f"{size:,} bytes unpacked, more than {MAX_UNPACKED_BYTES:,}")
        pipeline = skops.io.loads(content, trusted=TRUSTED)
        if not isinstance(pipeline, Pipeline):
            raise TypeError(f"expected a Pipeline, got {type(pipeline).__name__}")
        trees.check(pipeline)
        return pipeline
    except Exception as error:  # skops raises whatever a strange file leads it to
        raise ArtifactError(
            f"{path} cannot be loaded safely",
            evidence=f"expected a scikit-learn pipeline of trusted types, got {error}",
            remedy="do not serve it; find out who wrote it, then train again: make dev",
        ) from error


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
