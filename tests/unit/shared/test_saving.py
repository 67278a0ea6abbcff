"""Saving and publishing: whole or not at all, at any moment."""

import threading
from pathlib import Path

import pytest

from shared import artifact, model_folder
from shared.artifact import CURRENT, MANIFEST, MODEL, Model


@pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("name", [MODEL, MANIFEST])
def test_an_interrupted_save_leaves_nothing(
    tmp_path: Path, model: Model, monkeypatch: pytest.MonkeyPatch, name: str, failure: BaseException
) -> None:
    """Neither the folder nor a part of it, whatever the failure."""
    write = model_folder.write_synced

    def fail(path: Path, content: bytes) -> None:
        write(path, content[:10])
        if path.name == name:
            raise failure

    monkeypatch.setattr(model_folder, "write_synced", fail)
    with pytest.raises(type(failure)):
        artifact.save(tmp_path, model, {MODEL: b"content of the model"})
    assert list(tmp_path.iterdir()) == []


def test_a_version_is_never_overwritten(tmp_path: Path, model: Model) -> None:
    """Saving it again fails, and what was there stays as it was."""
    folder = artifact.save(tmp_path, model, {MODEL: b"first"})
    with pytest.raises(OSError, match="not empty"):
        artifact.save(tmp_path, model, {MODEL: b"second"})
    assert [path.name for path in tmp_path.iterdir()] == [model.passport.version]
    assert (folder / MODEL).read_bytes() == b"first"


def test_a_saved_folder_can_be_read_by_another_user(tmp_path: Path, model: Model) -> None:
    """Prod may run as somebody else than dev."""
    assert artifact.save(tmp_path, model, {}).stat().st_mode & 0o777 == 0o755


def test_publishing_switches_and_keeps_the_old(tmp_path: Path) -> None:
    """`current` leads to the new version, the old one is there to go back to, and no other file is left."""
    for version in ("1", "2"):
        (tmp_path / version).mkdir()
        artifact.publish(tmp_path, version)
        assert (tmp_path / CURRENT).readlink() == Path(version)
    assert {path.name for path in tmp_path.iterdir()} == {"1", "2", CURRENT}


def test_a_reader_always_finds_a_current_model(tmp_path: Path) -> None:
    """Between two versions there is no moment without one."""
    for version in ("1", "2"):
        (tmp_path / version).mkdir()
    artifact.publish(tmp_path, "1")
    seen: list[str | BaseException] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                seen.append((tmp_path / CURRENT).readlink().name)
            except OSError as error:
                seen.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    for turn in range(300):
        artifact.publish(tmp_path, "12"[turn % 2])
    done.set()
    reader.join()
    assert set(seen) <= {"1", "2"}
    assert seen


def test_a_crash_while_publishing_keeps_the_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Interrupted before the switch, the old version is current, and publishing again works."""
    for version in ("1", "2"):
        (tmp_path / version).mkdir()
    artifact.publish(tmp_path, "1")
    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        artifact.publish(tmp_path, "2")
    assert (tmp_path / CURRENT).readlink() == Path("1")
    artifact.publish(tmp_path, "2")
    assert (tmp_path / CURRENT).readlink() == Path("2")
