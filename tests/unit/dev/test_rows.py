"""Prepared rows as a folder: the same rows again, or an error that says what to type."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from dev import rows
from tests.unit.tiny import flight

PREPARED = rows.Prepared(
    rows=[flight(), flight(temperature_f=None, distance_miles=0.1 + 1399.7)],
    truths=np.array([True, False]),
    report={"read": 3, "without_outcome": 1, "not_sampled": 0, "broken": {}, "kept": 2},
    source={"name": "tiny", "files": {}},
    sample=2,
)


def test_rows_come_back_as_they_were(tmp_path: Path) -> None:
    """Every flight, label and count, to the last bit of a number."""
    rows.save(PREPARED, tmp_path / "new" / "folder")
    again = rows.load(tmp_path / "new" / "folder")
    assert again.truths.dtype == bool
    assert again.truths.tolist() == PREPARED.truths.tolist()
    for name in ("rows", "report", "source", "sample"):
        assert getattr(again, name) == getattr(PREPARED, name)


def test_equal_rows_are_equal_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whenever they are written: else every run would change what comes after."""
    first = rows.save(PREPARED, tmp_path).read_bytes()
    monkeypatch.setattr("time.time", lambda: 1e9)
    assert rows.save(PREPARED, tmp_path).read_bytes() == first


def test_without_rows_it_says_how_to_make_them(tmp_path: Path) -> None:
    """The folder is named."""
    with pytest.raises(rows.RowsError) as caught:
        rows.load(tmp_path)
    assert str(tmp_path) in caught.value.evidence
    assert caught.value.remedy == "make repro"


@pytest.mark.parametrize(
    "content",
    [
        b"no gzip",
        gzip.compress(b'{"truth":true,"row":{"carrier":"UA"}}'),
        gzip.compress(b'{"truth":true,"ro'),
        gzip.compress(b"{}")[:-9],
    ],
    ids=["no-gzip", "another-contract", "cut-off-inside", "cut-off"],
)
def test_damaged_rows_are_refused(tmp_path: Path, content: bytes) -> None:
    """Rows of another contract, too."""
    rows.save(PREPARED, tmp_path).write_bytes(content)
    with pytest.raises(rows.RowsError):
        rows.load(tmp_path)
