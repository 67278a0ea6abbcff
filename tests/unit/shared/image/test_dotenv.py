from pathlib import Path

from shared.image import dotenv


def test_merge_sets_our_lines_and_keeps_the_users() -> None:
    """Comments, order and unknown names stay; a stale value of ours is replaced where it stood."""
    old = "# mine\nPARITY_IMAGE=sha256:old\nPARITY_PORT=8001\n"
    new = dotenv.merge(old, {"PARITY_IMAGE": "sha256:new", "PARITY_USER": "1:1"})
    assert new == "# mine\nPARITY_IMAGE=sha256:new\nPARITY_PORT=8001\nPARITY_USER=1:1\n"


def test_merge_leaves_one_line_of_a_name_that_was_there_twice() -> None:
    """Compose would obey the last one."""
    assert dotenv.merge("A=1\nB=2\nA=3", {"A": "4"}) == "A=4\nB=2\n"


def test_write_does_not_touch_a_file_that_is_right(tmp_path: Path) -> None:
    """A rebuild with nothing changed leaves no trace."""
    path = tmp_path / ".env"
    dotenv.write(path, {"A": "1"})
    before = path.stat().st_ino
    dotenv.write(path, {"A": "1"})
    assert (path.stat().st_ino, path.read_text()) == (before, "A=1\n")


def test_unset_removes_the_file_only_if_nothing_of_the_users_is_in_it(tmp_path: Path) -> None:
    """`make clean` must not lose a port that somebody set."""
    path = tmp_path / ".env"
    path.write_text("A=1\nPARITY_PORT=8001\n")
    dotenv.unset(path, frozenset({"A"}))
    assert path.read_text() == "PARITY_PORT=8001\n"
    dotenv.unset(path, frozenset({"PARITY_PORT"}))
    assert not path.exists()
