"""Collection: the pinned archive or nothing, and no half-done folder."""

import hashlib
import io
import json
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dev import collect
from dev.collect import CollectError
from dev.source import Source

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
            member = tarfile.TarInfo(f"tables/{name}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return output.getvalue()


@pytest.fixture
def source(tmp_path: Path) -> Source:
    """A small archive whose hash is pinned."""
    path = tmp_path / "archive.tar.gz"
    path.write_bytes(archive())
    places = {name: f"tables/{name}{'.zip' * (name == 'flights.csv')}" for name in CONTENT}
    return pinned(path, places)


def pinned(path: Path, files: dict[str, str]) -> Source:
    """A file as a source."""
    content = path.read_bytes()
    return Source(
        name="small", url=path.as_uri(), sha256=hashlib.sha256(content).hexdigest(), size=len(content), files=files
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where data goes."""
    return tmp_path / "data"


def entries(folder: Path) -> list[str]:
    """All that is in a folder, hidden or not."""
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_files_and_their_record(folder: Path, source: Source) -> None:
    """The three files are there, and a record of where they came from, their hashes and rows."""
    assert collect.collect(folder, source) is True
    target = folder / source.name
    assert {path.name: path.read_bytes() for path in target.glob("*.csv")} == CONTENT
    record = json.loads((target / "sources.json").read_text())
    assert (record["url"], record["sha256"]) == (source.url, source.sha256)
    assert record["files"]["flights.csv"] == {
        "bytes": 14,
        "sha256": hashlib.sha256(CONTENT["flights.csv"]).hexdigest(),
        "rows": 2,
    }
    assert entries(folder) == [source.name]


def test_what_is_there_is_not_fetched_again(folder: Path, source: Source) -> None:
    """The second time nothing is asked of the network."""
    collect.collect(folder, source)
    assert collect.collect(folder, source, "file:///nowhere") is False


def test_another_archive_is_refused(folder: Path, source: Source, tmp_path: Path) -> None:
    """Both hashes are named, and nothing stays behind."""
    content = bytearray(archive())
    content[-1] ^= 1
    (tmp_path / "archive.tar.gz").write_bytes(content)
    with pytest.raises(CollectError) as caught:
        collect.collect(folder, source)
    assert source.sha256 in caught.value.evidence
    assert hashlib.sha256(content).hexdigest() in caught.value.evidence
    assert entries(folder) == []


def test_a_cut_off_archive_is_refused(folder: Path, source: Source, tmp_path: Path) -> None:
    """Both sizes are named, and nothing stays behind."""
    content = archive()[:-10]
    (tmp_path / "archive.tar.gz").write_bytes(content)
    with pytest.raises(CollectError) as caught:
        collect.collect(folder, source)
    assert f"{len(content) + 10} bytes" in caught.value.evidence
    assert f"and {len(content)} bytes" in caught.value.evidence
    assert entries(folder) == []


def test_an_endless_answer_is_cut_off(
    folder: Path, source: Source, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No more is read than the pinned size, however much is sent."""
    (tmp_path / "archive.tar.gz").write_bytes(archive() + bytes(5 << 20))
    with pytest.raises(CollectError, match="more than"):
        collect.collect(folder, source)
    assert capsys.readouterr().err == ""
    assert entries(folder) == []


@pytest.mark.parametrize("address", ["file:///nowhere.tar.gz", "nonsense", "http://127.0.0.1:9/x"])
def test_an_address_without_an_answer(folder: Path, source: Source, address: str) -> None:
    """The error has the address and what to do, also for what is no address."""
    with pytest.raises(CollectError) as caught:
        collect.collect(folder, source, address)
    assert address in caught.value.evidence
    assert "PARITY_DATA_URL" in caught.value.remedy
    assert entries(folder) == []


@pytest.mark.parametrize("step", ["_download", "_unpack", "_describe"])
def test_an_interrupted_collection_leaves_nothing(
    folder: Path, source: Source, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """After Ctrl-C at any step there is no folder that looks complete, and the next run succeeds."""
    original = getattr(collect, step)

    def interrupted(*arguments: Any) -> None:
        original(*arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(collect, step, interrupted)
        collect.collect(folder, source)
    assert entries(folder) == []
    assert collect.collect(folder, source) is True


def test_a_folder_without_a_record_is_replaced(folder: Path, source: Source) -> None:
    """What an older version or a hand left there without its record does not count."""
    (folder / source.name).mkdir(parents=True)
    (folder / source.name / "flights.csv").write_text("half")
    assert collect.collect(folder, source) is True
    assert (folder / source.name / "flights.csv").read_bytes() == CONTENT["flights.csv"]


def test_a_changed_file_is_noticed(folder: Path, source: Source) -> None:
    """Edited data would give another model under the same name: it is refused with both hashes."""
    collect.collect(folder, source)
    path = folder / source.name / "flights.csv"
    path.write_bytes(b"carrier\nUA\nB7\n")
    with pytest.raises(CollectError) as caught:
        collect.collect(folder, source)
    assert str(path) in caught.value.what
    for content in (path.read_bytes(), CONTENT["flights.csv"]):
        assert hashlib.sha256(content).hexdigest() in caught.value.evidence
    assert f"rm -r {folder / source.name}" in caught.value.remedy


@pytest.mark.parametrize("name", CONTENT)
def test_a_missing_file_is_noticed(folder: Path, source: Source, name: str) -> None:
    """A record alone is not data."""
    collect.collect(folder, source)
    (folder / source.name / name).unlink()
    with pytest.raises(CollectError, match=name):
        collect.collect(folder, source)


def test_a_damaged_record_is_noticed(folder: Path, source: Source) -> None:
    """An empty `sources.json` is an error with a remedy, not a traceback."""
    collect.collect(folder, source)
    (folder / source.name / "sources.json").write_text("")
    with pytest.raises(CollectError, match="rm -r"):
        collect.collect(folder, source)


def test_another_pin_is_noticed(folder: Path, source: Source) -> None:
    """Where the code names another file than the one that was collected, its tables are not taken for it."""
    collect.collect(folder, source)
    with pytest.raises(CollectError, match="another file") as caught:
        collect.collect(folder, replace(source, sha256="0" * 64))
    assert source.sha256 in caught.value.evidence


def test_a_table_alone_needs_no_archive(folder: Path, tmp_path: Path) -> None:
    """It is put there as it is."""
    (tmp_path / "own.csv").write_text("a,b\n1,2\n")
    collect.collect(folder, pinned(tmp_path / "own.csv", {"table.csv": ""}))
    assert (folder / "small" / "table.csv").read_text() == "a,b\n1,2\n"


def test_a_path_is_one_from_the_root(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """So that a table may be part of the project."""
    monkeypatch.setattr(collect, "ROOT", tmp_path)
    (tmp_path / "own.csv").write_text("a\n")
    source = replace(pinned(tmp_path / "own.csv", {"own.csv": ""}), url="own.csv")
    assert collect.collect(folder, source) is True


def test_a_zip_file_is_an_archive(folder: Path, tmp_path: Path) -> None:
    """Of tables at their places."""
    with zipfile.ZipFile(tmp_path / "own.zip", "w") as archive:
        archive.writestr("inside/own.csv", "a\n")
    collect.collect(folder, pinned(tmp_path / "own.zip", {"own.csv": "inside/own.csv"}))
    assert (folder / "small" / "own.csv").read_text() == "a\n"


def test_a_table_that_is_not_in_the_archive_is_named(folder: Path, source: Source) -> None:
    """And nothing stays behind."""
    with pytest.raises(CollectError, match="no table other"):
        collect.collect(folder, replace(source, files={"other.csv": "tables/other.csv"}))
    assert entries(folder) == []
