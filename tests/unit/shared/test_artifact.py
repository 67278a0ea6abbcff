"""Model folders: the same model is the same file, and nothing damaged or hostile is loaded."""

import hashlib
import io
import json
import os
import pickle
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skops.io
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from dev.problem import collect
from shared import artifact, golden, model_file
from shared.artifact import CURRENT, MANIFEST, MODEL, ArtifactError, Model
from shared.settings import Settings
from tests.unit.tiny import fitted, flight, write_sealed

DIGEST = """
import hashlib, pathlib, sys
from shared import artifact
from tests.unit.tiny import fitted
print(hashlib.sha256(artifact.dumps(fitted(pathlib.Path(sys.argv[1])))).hexdigest())
"""


@pytest.fixture
def folder(trained: Settings, tmp_path: Path) -> Path:
    """A model folder of the test's own."""
    return shutil.copytree(trained.models / CURRENT, tmp_path / "model")


def seal(folder: Path, content: bytes) -> None:
    """Put other content into the model file, with the right hash in the passport, as an attacker would."""
    (folder / MODEL).write_bytes(content)
    record = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    edit(folder, files={MODEL: record})


def edit(folder: Path, **fields: Any) -> None:
    """Change fields of the passport."""
    write_sealed(folder, json.loads((folder / MANIFEST).read_text()) | fields)


def refused(folder: Path) -> ArtifactError:
    """The error that loading ends with; each names the file, what was expected and got, and a remedy."""
    with pytest.raises(ArtifactError) as caught:
        artifact.load(folder)
    error = caught.value
    assert str(folder) in error.what + error.evidence
    assert error.remedy
    assert error.exit_code == 1
    assert "\n" not in error.what + error.evidence
    return error


def test_equal_models_are_equal_files(trained: Settings) -> None:
    """Two fits give the same bytes, here and in processes with other hash seeds and thread counts."""
    source = trained.data / collect.NAME
    environments = [{"PYTHONHASHSEED": "1", "OMP_NUM_THREADS": "1"}, {"PYTHONHASHSEED": "2", "OMP_NUM_THREADS": "3"}]
    others = [
        subprocess.Popen(
            [sys.executable, "-c", DIGEST, source], env=os.environ | more, stdout=subprocess.PIPE, text=True
        )
        for more in environments
    ]
    here = {hashlib.sha256(artifact.dumps(fitted(source))).hexdigest() for _ in range(2)}
    digests = {other.communicate(timeout=60)[0].strip() for other in others}
    assert len(here | digests) == 1


def test_a_loaded_model_is_the_saved_one(trained: Settings, tmp_path: Path, model: Model) -> None:
    """What comes back predicts the same to the last bit, under the same passport."""
    pipeline = fitted(trained.data / collect.NAME)
    packed = artifact.dumps(pipeline)
    record = {"sha256": hashlib.sha256(packed).hexdigest(), "bytes": len(packed)}
    passport = replace(model.passport, version="v", files={MODEL: record})
    loaded = artifact.load(artifact.save(tmp_path / "models", Model(pipeline, passport), {MODEL: packed}))
    flights = golden.edges(flight())
    np.testing.assert_array_equal(loaded.scores(flights), artifact.scores(pipeline, flights))
    assert loaded.passport == passport


def test_probability_is_that_of_being_late(model: Model, trained: Settings) -> None:
    """The class True is asked for by name, and evening flights, which are late here, have more of it."""
    morning, evening = model.scores(
        [
            flight(scheduled_departure="2013-06-03T06:00:00-04:00", scheduled_arrival="2013-06-03T10:00:00-04:00"),
            flight(
                scheduled_departure="2013-06-03T01:00:00-04:00",
                scheduled_arrival="2013-06-03T05:00:00-04:00",
                wind_speed_mph=29,
            ),
        ]
    )
    assert 0 < morning < evening < 1


def missing(folder: Path) -> None:
    """No model file."""
    (folder / MODEL).unlink()


def empty(folder: Path) -> None:
    """An empty model file."""
    (folder / MODEL).write_bytes(b"")


def truncated(folder: Path) -> None:
    """A model file cut in half."""
    content = (folder / MODEL).read_bytes()
    (folder / MODEL).write_bytes(content[: len(content) // 2])


def one_byte(folder: Path) -> None:
    """A model file with one byte changed."""
    content = bytearray((folder / MODEL).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / MODEL).write_bytes(content)


@pytest.mark.parametrize(
    ("damage", "evidence"),
    [
        (missing, "expected a regular file, got: No such file or directory"),
        (empty, "and 0 bytes"),
        (truncated, "expected SHA-256"),
        (one_byte, "expected SHA-256"),
    ],
)
def test_a_damaged_model_file_is_refused(folder: Path, damage: Callable[[Path], None], evidence: str) -> None:
    """Before it is opened as what it claims to be."""
    damage(folder)
    error = refused(folder)
    assert str(folder / MODEL) in error.what
    assert evidence in error.evidence


@pytest.mark.parametrize(
    ("content", "evidence"),
    [
        (b"", "0 bytes"),
        (b"not json", "Expecting value"),
        (b"\xff\xfe", "2 bytes"),
        (b"[]", "expected format 3, got None"),
        (b"null", "expected format 3, got None"),
        (b"{}", "expected format 3, got None"),
        (b'{"format": 1}', "expected format 3, got 1"),
        (b'{"format": "1"}', "expected format 3, got '1'"),
        (b'{"format": 3}', "missing required field `version`"),
        (b'{"format": ' * 100_000, "1100000 bytes"),
    ],
)
def test_a_damaged_passport_is_refused(folder: Path, content: bytes, evidence: str) -> None:
    """Whatever is in it, the error says what, in terms of the file."""
    write_sealed(folder, content)
    error = refused(folder)
    assert str(folder / MANIFEST) in error.what
    assert evidence in error.evidence


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_truncated_passport_is_refused(folder: Path, share: float) -> None:
    """Wherever the file was cut."""
    content = (folder / MANIFEST).read_bytes()
    (folder / MANIFEST).write_bytes(content[: int(len(content) * share)])
    assert "is not what was sealed" in refused(folder).what
    write_sealed(folder, content[: int(len(content) * share)])
    assert "is damaged" in refused(folder).what


def test_a_missing_passport_is_refused(folder: Path) -> None:
    """A model without a passport is not served, whole or not."""
    (folder / MANIFEST).unlink()
    assert str(folder / MANIFEST) in refused(folder).what


@pytest.mark.parametrize("files", [{}, {"other": {"sha256": "0", "bytes": 1}}, {MODEL: {}}, {MODEL: {"sha256": 5}}])
def test_a_passport_must_vouch_for_the_model(folder: Path, files: Any) -> None:
    """Without the model file's hash in it, nothing is loaded."""
    edit(folder, files=files)
    assert "is damaged" in refused(folder).what


def test_a_model_of_another_contract_is_refused(folder: Path) -> None:
    """Both contracts are named, and the image that the model can be served from."""
    edit(folder, contract_sha256="0" * 64)
    error = refused(folder)
    assert "another contract" in error.what
    assert "contract 0000" in error.evidence
    assert "unknown" in error.remedy


HOSTILE = """
from pathlib import Path
Path({marker!r}).touch()
def run(table):
    return table
"""


def test_a_type_that_is_not_trusted_runs_nothing(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model file, hash and all, that asks for a module of the attacker's: it is not even imported."""
    marker = tmp_path / "ran"
    (tmp_path / "hostile.py").write_text(HOSTILE.format(marker=str(marker)))
    monkeypatch.syspath_prepend(tmp_path)
    import hostile  # type: ignore[import-not-found]

    content = skops.io.dumps(Pipeline([("hostile", FunctionTransformer(hostile.run))]))
    marker.unlink()
    monkeypatch.delitem(sys.modules, "hostile")
    seal(folder, content)
    error = refused(folder)
    assert "cannot be loaded safely" in error.what
    assert "hostile.run" in error.evidence
    assert not marker.exists()
    assert "hostile" not in sys.modules


class Payload:
    """Unpickled, it makes a file."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return Path.touch, (self.marker,)


def test_a_pickle_is_not_unpickled(folder: Path, tmp_path: Path) -> None:
    """Neither in place of the model file nor inside it."""
    marker = tmp_path / "ran"
    seal(folder, pickle.dumps(Payload(marker)))
    assert "not a zip file" in refused(folder).evidence
    array = io.BytesIO()
    np.save(array, np.array([Payload(marker)], dtype=object), allow_pickle=True)
    seal(folder, repacked(artifact.dumps(Pipeline([("x", "passthrough")])), array.getvalue()))
    assert "allow_pickle=False" in refused(folder).evidence
    assert not marker.exists()


def repacked(content: bytes, array: bytes) -> bytes:
    """A model file in which the pipeline is an array of pickled objects."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        schema = json.loads(packed.read("schema.json"))
    node = {"__class__": "ndarray", "__module__": "numpy", "__loader__": "NdArrayNode", "type": "numpy"}
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as packed:
        packed.writestr("schema.json", json.dumps(schema | node | {"file": "0.npy", "content": None}))
        packed.writestr("0.npy", array)
    return output.getvalue()


@pytest.mark.parametrize("function", [os.system, eval, subprocess.Popen])
def test_functions_are_not_trusted(folder: Path, function: Callable[..., Any]) -> None:
    """Nor are the usual ones."""
    seal(folder, skops.io.dumps(Pipeline([("hostile", FunctionTransformer(function))])))
    assert function.__name__ in refused(folder).evidence


def test_only_a_pipeline_is_a_model(folder: Path) -> None:
    """Trusted types alone do not make a model."""
    seal(folder, skops.io.dumps({"columns": [1, 2, 3]}))
    assert "expected a Pipeline, got dict" in refused(folder).evidence


def test_a_file_that_unpacks_to_too_much_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before it is unpacked: a few kilobytes can hold gigabytes."""
    content = io.BytesIO(artifact.dumps(Pipeline([("x", "passthrough")])))
    with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("bomb.npy", bytes(2 << 20))
    monkeypatch.setattr(model_file, "MAX_UNPACKED_BYTES", 1 << 20)
    monkeypatch.setattr(skops.io, "loads", lambda *_, **__: pytest.fail("it was opened"))
    seal(folder, content.getvalue())
    assert len(content.getvalue()) < 10_000
    assert "more than 1,048,576" in refused(folder).evidence
