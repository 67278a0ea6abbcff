"""What must hold of the catalogue as it is written, without Docker."""

import ast
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from shared.compare import checks
from shared.errors import ParityError
from tests.lab import catalog, story, table
from tests.lab.scenario import BASE, CAUGHT_BY, FRAMES, KINDS, ROOT, Scenario

ALL = catalog.scenarios()
BREAKS = [scenario for scenario in ALL if not scenario.control]
CONTROLS = [scenario for scenario in ALL if scenario.control]
ELSEWHERE = {"predictions", "replay", "contract", "window", "drift", "artifact"}
"""Checks that need more than two snapshots: answers, a row, a window of rows or many, a model's folder."""
WITHOUT_FINDINGS = {"serving"}
"""Checks that only say what was not compared."""
README = catalog.FOLDER / "README.md"

every_scenario = pytest.mark.parametrize("scenario", ALL, ids=lambda scenario: scenario.name)


@every_scenario
def test_it_says_what_it_is(scenario: Scenario) -> None:
    """Kind, place and checks are known ones; nothing that a reader needs is left out."""
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", scenario.name)
    assert scenario.kind in KINDS
    assert scenario.title
    assert scenario.story
    assert not scenario.frame or scenario.frame in FRAMES
    side = "benign" if scenario.control else "broken"
    assert scenario.overlays(side)[-1] == f"tests/scenarios/{scenario.name}/{side}/compose.yml"
    if not scenario.control:
        assert scenario.caught_by in CAUGHT_BY[:-1]
        assert scenario.checks
        assert set(scenario.checks) <= {*checks.CHECKS, *ELSEWHERE}
        assert scenario.fix
        assert scenario.hint


@every_scenario
def test_its_source_is_an_address_or_none(scenario: Scenario) -> None:
    """Sources can be opened, or the scenario says that none was found."""
    assert scenario.source == "none found" or all(word.startswith("https://") for word in scenario.source.split())


def _own(scenario: Scenario, pattern: str) -> list[Path]:
    """Files of the scenario; those of its exercise are looked at in `test_practice.py`."""
    return [
        path for path in scenario.folder.rglob(pattern) if "practice" not in path.relative_to(scenario.folder).parts
    ]


@every_scenario
def test_its_fix_keeps_the_guard_on(scenario: Scenario) -> None:
    """No overlay sets the guard: the stages do."""
    for path in _own(scenario, "compose.yml"):
        assert "PARITY_GUARD" not in path.read_text(), path


@every_scenario
def test_its_overlays_keep_their_difference(scenario: Scenario) -> None:
    """What both sides have in common is the frame's, or in the scenario's own compose.yml: no side repeats it."""
    for path in _own(scenario, "compose.yml"):
        assert "tests/lab/fragile" not in path.read_text() or path.parent == scenario.folder or scenario.frame == "team"
        assert "extends:" not in path.read_text(), path
    sides = [scenario.folder / side / "compose.yml" for side in ("baseline", "broken")]
    if all(side.exists() for side in sides):
        mounts = [set(re.findall(r"^ +- (\S+:/\S+)$", side.read_text(), re.M)) for side in sides]
        assert not mounts[0] & mounts[1]


@every_scenario
def test_its_folder_holds_what_is_used(scenario: Scenario) -> None:
    """Each file is named by an overlay of this scenario, or is imported by one that is."""
    text = "".join(path.read_text() for path in _own(scenario, "*") if path.suffix in (".yml", ".py"))
    for path in _own(scenario, "*"):
        if path.is_file() and path.name not in ("scenario.py", "compose.yml") and "__pycache__" not in path.parts:
            assert path.name in text or path.parent.name in text or path.stem in text, path


def test_every_frame_is_used() -> None:
    """By a scenario; and each is a folder of fragile code."""
    assert {scenario.frame for scenario in ALL} == {"", *FRAMES}
    assert {path.parent.name for path in (ROOT / "tests" / "lab" / "fragile").glob("*/compose.yml")} == set(FRAMES)


def test_there_are_enough() -> None:
    """Breaks, and controls."""
    assert len(BREAKS) >= 36
    assert len(CONTROLS) >= 12


def test_every_check_is_shown() -> None:
    """By a break that it catches."""
    assert {check for scenario in BREAKS for check in scenario.checks} == {
        *checks.CHECKS,
        *ELSEWHERE,
    } - WITHOUT_FINDINGS


def test_the_sample_shows_every_way_of_being_caught_and_every_frame() -> None:
    """And a control: it is what every run of the tests takes. Frames of other images would have to be built first."""
    sample = catalog.sample(ALL)
    assert {scenario.caught_by for scenario in sample} == set(CAUGHT_BY)
    assert {scenario.frame for scenario in sample} == {
        scenario.frame for scenario in ALL if not catalog.images([scenario])
    }


def test_every_kind_is_shown() -> None:
    """Of breaks, and by a control."""
    assert {scenario.kind for scenario in ALL} == set(KINDS)


def test_the_readme_has_the_catalogue() -> None:
    """The table beside the scenarios names what there is, in the scenarios' words."""
    text = README.read_text().partition(table.MARKS[0])[2].partition(table.MARKS[1])[0]
    rows = {match[1]: line for line in text.splitlines() if (match := re.match(r"\| \[([\w-]+)\]", line))}
    assert rows.keys() == {scenario.name for scenario in ALL}
    for scenario in ALL:
        cells = {cell.strip() for cell in rows[scenario.name].split(" | ")}
        expected = {scenario.title.replace("|", "/")}
        if not scenario.control:
            loudness = "silent" if scenario.silent else "loud"
            expected |= {loudness, f"{scenario.caught_by}: {', '.join(scenario.checks)}"}
        assert expected <= {cell.removesuffix(" |") for cell in cells}


def test_the_readme_tells_how_to_run_one_by_hand() -> None:
    """The command lines in it are those that the story prints."""
    text = README.read_text().replace("\\\n  ", "")
    scenario = next(scenario for scenario in BREAKS if scenario.name == "column-renamed")
    for command in (scenario.by_hand(), scenario.by_hand("enforce"), scenario.by_hand_down()):
        assert command in text


@every_scenario
def test_by_hand_names_files_that_are_there(scenario: Scenario) -> None:
    """The command line that the story gives has the right files, and a Compose project of its own."""
    files = re.findall(r"-f (\S+)", scenario.by_hand())
    assert tuple(files[:2]) == BASE
    assert all((ROOT / file).exists() for file in files)
    assert f"docker compose -p parity-sandbox-lab-{scenario.name} " in scenario.by_hand()


@pytest.mark.parametrize(
    ("name", "close"), [("naive-locale-time", "naive-local-time"), ("celsius", "unit-celsius"), ("zzz", "")]
)
def test_a_name_that_is_not_there(name: str, close: str) -> None:
    """The error suggests the closest one."""
    with pytest.raises(ParityError, match=f"there is no scenario {name}") as caught:
        catalog.select(["unit-celsius", name])
    assert ("did you mean" in caught.value.evidence) == bool(close)
    assert close in caught.value.evidence


@every_scenario
def test_its_story_comes_in_the_order_of_its_stages(scenario: Scenario) -> None:
    """Title, story and difference are known before anything runs; every stage has a heading."""
    opening = story.opening(scenario)
    assert opening.startswith(f"{scenario.name}: {scenario.title}\n")
    assert "\n    +++ " in opening
    headings = [story.heading(scenario, stage) for stage in scenario.stages]
    assert all(int(a[0]) < int(b[0]) for a, b in pairwise(headings))


@pytest.mark.parametrize("command", ["list", "check", "recorded"])
def test_cheap_commands_need_no_package(command: str) -> None:
    """They run on a fresh clone, before anything is installed; without a record, the remedy names a command."""
    python = [sys.executable, "-S", "-m", "tests.lab", command]
    done = subprocess.run(python, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert "Traceback" not in done.stderr
    if done.returncode:
        assert "\n  remedy:   make scenario" in done.stderr


FRAGILE = sorted({*catalog.FOLDER.glob("*/**/*.py"), *(ROOT / "tests" / "lab" / "fragile").rglob("*.py")})


@pytest.mark.parametrize("path", FRAGILE, ids=lambda path: str(path.relative_to(ROOT / "tests")))
def test_what_it_imports_from_the_project_is_there(path: Path) -> None:
    """A scenario that is not in the sample follows when a function of the product is renamed."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in ("dev", "prod", "shared"):
            for name in node.names:
                assert _is_there(str(node.module), name.name), f"from {node.module} import {name.name}"


def _is_there(module: str, name: str) -> bool:
    """Whether a module has a name; a module that scenarios mount beside the shipped one has all of them."""
    folder = ROOT / module.replace(".", "/")
    if "shipped_" in f"{module} {name}" or {module, f"{module}.{name}"} & {"prod.fit", "prod.reader"}:
        return True
    source = folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")
    if (folder / f"{name}.py").exists() or (folder / name).is_dir():
        return True
    names = set()
    for node in ast.parse(source.read_text()).body if source.exists() else []:
        names |= {getattr(node, "name", "")}
        names |= {target.id for target in getattr(node, "targets", []) if isinstance(target, ast.Name)}
        names |= {node.target.id} if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) else set()
        names |= {alias.asname or alias.name for alias in getattr(node, "names", [])}
    return name in names
