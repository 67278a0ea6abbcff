"""What vouches for a model folder: the seal, and files that are what they are taken for."""

import json
import os
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from shared import artifact, model_file
from shared.artifact import CURRENT, MANIFEST, MODEL, SEAL, ArtifactError
from shared.settings import Settings
from tests.unit.tiny import write_sealed


@pytest.fixture(scope="module")
def original(trained: Settings) -> Path:
    """A model folder; tests leave it as it is."""
    return (trained.models / CURRENT).resolve()


@pytest.fixture
def folder(original: Path, tmp_path: Path) -> Path:
    """A copy of the test's own."""
    return shutil.copytree(original, tmp_path / "model")


@pytest.fixture(autouse=True)
def _never_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is refused here is refused before the model is loaded."""
    monkeypatch.setattr(model_file, "loads", lambda *_: pytest.fail("it was loaded"))


def refused(folder: Path) -> str:
    """The sentence that a folder is refused with."""
    with pytest.raises(ArtifactError) as caught:
        artifact.load(folder)
    assert "\n" not in caught.value.what
    assert caught.value.remedy
    return f"{caught.value.what}: {caught.value.evidence}"


def test_every_single_bit_is_sealed(folder: Path) -> None:
    """1,000 single-bit flips of the passport, and each of its seal."""
    content = (folder / MANIFEST).read_bytes()
    bits = random.Random(0).sample(range(8 * len(content)), 1000)  # noqa: S311
    for bit in bits:
        (folder / MANIFEST).write_bytes(flipped(content, bit))
        assert "is not what was sealed" in refused(folder)
    (folder / MANIFEST).write_bytes(content)
    seal = (folder / SEAL).read_bytes()
    for bit in range(8 * len(seal)):
        (folder / SEAL).write_bytes(flipped(seal, bit))
        assert str(folder) in refused(folder)


def flipped(content: bytes, bit: int) -> bytes:
    """The same with one bit changed."""
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def test_an_edited_field_is_refused(folder: Path) -> None:
    """Each field of the passport, set to another value of the same kind or removed, in a file that is good JSON."""
    passport = json.loads((folder / MANIFEST).read_text())
    for changed in mutations(passport):
        (folder / MANIFEST).write_text(json.dumps(changed, indent=2))
        assert "is not what was sealed" in refused(folder)


def mutations(passport: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The passport with one field changed, or without it."""
    for name, value in passport.items():
        yield {key: each for key, each in passport.items() if key != name}
        other = value + 1 if isinstance(value, int | float) else value + "0" if isinstance(value, str) else {}
        yield {**passport, name: other}


def test_a_model_of_before_says_what_to_type(folder: Path) -> None:
    """Without a seal nothing is loaded; the line in the remedy makes one."""
    (folder / SEAL).unlink()
    with pytest.raises(ArtifactError, match="has no seal") as caught:
        artifact.load(folder)
    command = caught.value.remedy.rpartition(": ")[2]
    assert os.system(f"cd {folder} && {command}") == 0  # noqa: S605
    assert artifact.read(folder).passport


RESEALED: list[tuple[str, Callable[[dict[str, Any]], object]]] = [
    ("<= 1.0 - at `$.threshold`", lambda it: it.update(threshold=1.5)),
    ("Expected `float | null`, got `str` - at `$.threshold`", lambda it: it.update(threshold="0.5")),
    ("a noise floor of 1.0, expected 1.0e-04 at most", lambda it: it["golden"].update(noise_floor=1.0)),
    ("golden requests with", lambda it: it["golden"]["scores"].pop()),
    ("length >= 1 - at `$.golden.requests`", lambda it: it["golden"].update(requests=[], scores=[])),
    ("golden answer 0 is no probability", lambda it: it["golden"]["scores"].__setitem__(0, [2])),
    ("at `$[0].carrier`", lambda it: it["golden"]["requests"][0].update(carrier=7)),
    ("not in order", lambda it: it["distribution"]["columns"]["distance_miles"]["quantiles"].reverse()),
    ("not of the model's columns", lambda it: it["distribution"]["columns"].pop("carrier")),
    ("no such limit", lambda it: it["distribution"]["limits"][0].update(low=2, high=1)),
    ("at `$.version`", lambda it: it.update(version="../../elsewhere")),
    ("at `$.created`", lambda it: it.update(created="2026-01-01T00:00:00")),
    ("plain names of files", lambda it: it["files"].update({"../../../etc/passwd": it["files"][MODEL]})),
    ("plain names of files", lambda it: it["files"].update({MANIFEST: it["files"][MODEL]})),
    ("the hash of model.skops", lambda it: it["files"].pop(MODEL)),
    ("bytes", lambda it: it["files"][MODEL].update(bytes=-1)),
    ("sha256", lambda it: it["files"][MODEL].update(sha256="0")),
]


@pytest.mark.parametrize(("evidence", "change"), RESEALED)
def test_what_was_sealed_must_make_sense(
    folder: Path, evidence: str, change: Callable[[dict[str, Any]], object]
) -> None:
    """A passport that was edited and sealed again: ranges, shapes and names are held."""
    passport = json.loads((folder / MANIFEST).read_text())
    change(passport)
    write_sealed(folder, passport)
    sentence = refused(folder)
    assert "is damaged" in sentence
    assert evidence in sentence


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        ('{"threshold": 0.1, ', "the key 'threshold' more than once"),
        ('{"golden": {"noise": {"a": 1, "a": 2}}, ', "more than once"),
        ('{"new": NaN, ', "NaN is not a number in JSON"),
        ('{"new": Infinity, ', "Infinity is not a number in JSON"),
    ],
)
def test_json_is_read_strictly(folder: Path, text: str, evidence: str) -> None:
    """A key twice, of which the last would win, and what is no JSON."""
    content = (folder / MANIFEST).read_text()
    write_sealed(folder, content.replace("{", text, 1).encode())
    assert evidence in refused(folder)


def fifo(path: Path) -> None:
    """A pipe: opening it would wait for ever."""
    path.unlink()
    os.mkfifo(path)


def device(path: Path) -> None:
    """A link to what never ends."""
    path.unlink()
    path.symlink_to("/dev/zero")


def link(path: Path) -> None:
    """A link to the same content elsewhere."""
    target = path.parent.parent / "elsewhere"
    path.rename(target)
    path.symlink_to(target)


def directory(path: Path) -> None:
    """A folder."""
    path.unlink()
    path.mkdir()


def large(path: Path) -> None:
    """More than any such file has, without taking the disk."""
    os.truncate(path, 1 << 40)


@pytest.mark.parametrize("name", [MODEL, MANIFEST, SEAL])
@pytest.mark.parametrize("change", [fifo, device, link, directory, large])
def test_only_regular_files_of_bounded_size_are_read(folder: Path, name: str, change: Callable[[Path], None]) -> None:
    """Nothing that waits, never ends, fills the memory, or leads out of the folder."""
    change(folder / name)
    assert f"{folder / name} cannot be read: expected a regular file" in refused(folder)
