import re

import pytest

from shared.image import progress
from shared.image.run import run


@pytest.fixture
def impatient(monkeypatch):
    """A line at once, not every eight seconds."""
    monkeypatch.setattr(progress, "EVERY_SECONDS", 0.05)


def test_a_program_that_takes_long_shows_that_it_lives(impatient, capsys) -> None:
    """What runs, since when, and the last line that it printed, on whichever stream."""
    run("sh", "-c", "echo begun; echo step 1 of 2 >&2; sleep 0.5", timeout=5, activity="image: building")
    lines = capsys.readouterr().err.splitlines()
    assert re.fullmatch(r"image: building: \d+ s so far: step 1 of 2", lines[-1])


def test_one_that_is_quick_shows_nothing(capsys) -> None:
    """A line a stage is enough."""
    run("true", timeout=5, activity="image: building")
    assert capsys.readouterr().err == ""


def test_a_line_fits_a_terminal(impatient, capsys) -> None:
    """However long what the program printed is."""
    run("sh", "-c", "seq -s, 1000; sleep 0.5", timeout=5, activity="image: building")
    assert {len(line) for line in capsys.readouterr().err.splitlines()} == {progress.MAX_LETTERS}
