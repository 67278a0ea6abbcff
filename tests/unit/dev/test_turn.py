import fcntl
from pathlib import Path

import pytest

from dev.turn import LOCK, turn


def test_nobody_else_has_a_turn_meanwhile(tmp_path: Path) -> None:
    """And afterwards anybody has."""
    with turn(tmp_path), (tmp_path / LOCK).open("w") as other, pytest.raises(BlockingIOError):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    with (tmp_path / LOCK).open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_what_a_killed_one_has_left_is_cleared_away(tmp_path: Path) -> None:
    """A folder half written belongs to nobody who is still there; models stay."""
    for name in (".partial-abc", "20130101T000000-12345678"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "model.skops").touch()
    with turn(tmp_path):
        assert sorted(path.name for path in tmp_path.iterdir()) == [LOCK, "20130101T000000-12345678"]
