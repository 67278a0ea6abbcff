"""What must hold of the catalogue as it is written, without Docker."""

import re

import pytest

from shared.compare import checks
from tests.lab import catalog
from tests.lab.scenario import CAUGHT_BY, FRAME, KINDS, ROOT, Scenario, everything, sample

ALL = everything()
BREAKS = [each for each in ALL if not each.control]
CONTROLS = [each for each in ALL if each.control]
ELSEWHERE = {"predictions", "replay", "contract", "window", "drift", "artifact"}
"""Checks that need more than two snapshots: answers, a row, a window of rows or many, a model's folder."""


@pytest.mark.parametrize("scenario", ALL, ids=lambda each: each.name)
def test_it_says_what_it_is(scenario: Scenario) -> None:
    """Kind, place and checks are known ones; nothing that a reader needs is left out."""
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", scenario.name)
    assert scenario.kind in KINDS
    assert scenario.title
    assert scenario.story
    assert scenario.overlay("benign" if scenario.control else "broken")
    if not scenario.control:
        assert scenario.caught_by in CAUGHT_BY[:-1]
        assert scenario.checks
        assert set(scenario.checks) <= {*checks.CHECKS, *ELSEWHERE}
        assert scenario.fix
        assert scenario.hint


@pytest.mark.parametrize("scenario", ALL, ids=lambda each: each.name)
def test_its_source_is_an_address_or_none(scenario: Scenario) -> None:
    """Sources can be opened, or it is said that none was found."""
    assert scenario.source == "none found" or all(word.startswith("https://") for word in scenario.source.split())


@pytest.mark.parametrize("scenario", ALL, ids=lambda each: each.name)
def test_its_cure_is_not_to_look_away(scenario: Scenario) -> None:
    """No overlay sets the guard: the stages do."""
    for path in scenario.folder.glob("*/compose.yml"):
        assert "PARITY_GUARD" not in path.read_text(), path


@pytest.mark.parametrize("scenario", ALL, ids=lambda each: each.name)
def test_its_folder_holds_what_is_used(scenario: Scenario) -> None:
    """Each file is named by an overlay of this scenario, or is imported by one that is."""
    text = "".join(path.read_text() for path in scenario.folder.rglob("*") if path.suffix in (".yml", ".py"))
    for path in scenario.folder.rglob("*"):
        if path.is_file() and path.name not in ("scenario.py", "compose.yml") and "__pycache__" not in path.parts:
            assert path.name in text or path.parent.name in text or path.stem in text, path


def test_there_are_enough() -> None:
    """Breaks, and controls."""
    assert len(BREAKS) >= 36
    assert len(CONTROLS) >= 12


def test_every_check_is_shown() -> None:
    """By a break that it catches."""
    assert {check for each in BREAKS for check in each.checks} == {*checks.CHECKS, *ELSEWHERE}


def test_the_sample_shows_every_way_of_being_caught() -> None:
    """And a control: it is what every run of the tests takes."""
    assert {each.caught_by for each in sample(ALL)} == set(CAUGHT_BY)


def test_every_kind_is_shown() -> None:
    """Of breaks, and by a control."""
    assert {each.kind for each in ALL} == set(KINDS)


def test_readme_has_the_catalogue() -> None:
    """README's table names what there is, as the scenarios say it."""
    table = (ROOT / "README.md").read_text().partition(catalog.MARKS[0])[2].partition(catalog.MARKS[1])[0]
    rows = {match[1]: line for line in table.splitlines() if (match := re.match(r"\| \[([\w-]+)\]", line))}
    assert rows.keys() == {each.name for each in BREAKS}
    for each in BREAKS:
        cells = {cell.strip() for cell in rows[each.name].split("|")}
        loudness = "silent" if each.silent else "loud"
        assert {each.title.replace("|", "/"), loudness, f"{each.caught_by}: {', '.join(each.checks)}"} <= cells
    assert all(f"`{each.name}`" in table for each in CONTROLS)


@pytest.mark.parametrize("scenario", ALL, ids=lambda each: each.name)
def test_by_hand_names_files_that_are_there(scenario: Scenario) -> None:
    """The command line that README and the story give has the right files."""
    files = re.findall(r"-f (\S+)", scenario.by_hand())
    assert files[:2] == ["compose.prod.yml", FRAME]
    assert all((ROOT / file).exists() for file in files)
