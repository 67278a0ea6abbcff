"""Partitions of a file: none ends within a row, and each is scored as it was found."""

from pathlib import Path

import pytest

from prod.batch import partition, rows
from shared.errors import ParityError
from tests.unit.prod.batch.conftest import flights, write


@pytest.mark.parametrize("most", range(1, 9))
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_partition_ends_where_a_row_does(tmp_path: Path, most: int, end: str) -> None:
    """Line ends within quotes, empty lines and a byte order mark end none; every byte of a row is in one partition."""
    path = write(tmp_path / "rows.csv", flights(8), end, "\ufeff")
    path.write_bytes(path.read_bytes() + f"{end}{end}".encode())
    parts = list(partition.partitions(path, most))
    header = partition.header(path)
    found = [
        each.key["id"]
        for part in parts
        for each in rows.read(partition.content(path, part), partition.CSV, header, ["id"])
        if each.row is not None
    ]
    assert found == [each["id"] for each in flights(8)]
    assert [part.first for part in parts] == list(range(0, 8, most))
    assert not path.read_bytes()[parts[-1].offset + parts[-1].bytes :].strip()


def test_rows_that_change_meanwhile_are_not_scored(tmp_path: Path) -> None:
    """Whoever scores a partition sees that its bytes are others."""
    path = write(tmp_path / "rows.jsonl", flights(3))
    part = next(partition.partitions(path, 3))
    path.write_bytes(path.read_bytes().replace(b'"UA"', b'"AA"'))
    with pytest.raises(ParityError, match="has changed while it was scored"):
        partition.content(path, part)
