"""The program that takes a snapshot: any Python runs it, nothing stands in its way, and no fact is lost."""

import ast
import json
import os
import pickle
import re
import subprocess
import sys
from pathlib import Path

import pytest

from shared.compare import facts as package
from shared.compare.facts import (
    packages,
)
from shared.compare.facts.context import Context, Fact
from tests.unit.shared.compare.conftest import PROGRAM, run
from tests.unit.shared.compare.sides import Facts

FOLDER = Path(package.__file__).parent


def test_every_fact_says_how_it_was_got(taken: Facts) -> None:
    """No fact is left out, and in an image of ours none is unknown."""
    assert set(taken) == {fact.name for fact in package.PROCESS}
    for name, fact in taken.items():
        assert fact["how"], name
        assert "unknown" not in fact, (name, fact)


def test_snapshot_is_json(taken: Facts) -> None:
    """What comes back from JSON equals what was written: no tuple, no number as key."""
    assert json.loads(json.dumps(taken, allow_nan=False)) == taken


def test_unreadable_fact_is_unknown_with_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    """A function that raises costs its own fact alone, which is not left out."""

    def fails(context: Context) -> None:
        raise PermissionError("/proc is closed")

    facts = [Fact("one", "by reading", fails), Fact("two", "by hand", lambda context: 2)]
    monkeypatch.setattr(package, "PROCESS", facts)
    assert package.snapshot()["facts"] == {
        "one": {"value": None, "how": "by reading", "unknown": "PermissionError: /proc is closed"},
        "two": {"value": 2, "how": "by hand"},
    }


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.stem)
def test_each_module_is_python_3_8_and_imports_nothing_of_ours(path: Path) -> None:
    """Any CPython from 3.8 can parse it, and it has its neighbours wherever the package is."""
    tree = ast.parse(path.read_text(), feature_version=(3, 8))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and not node.level}
    imported |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert not [module for module in imported if str(module).startswith(("shared", "dev", "prod"))]


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 6, 15), (3, 7, 17)])
def test_an_older_python_gets_a_sentence(version: tuple[int, ...]) -> None:
    """One line of JSON names what is needed and what is there; nothing in the program is too new to be parsed."""
    old = f"import sys\nsys.version_info = {version}\n"
    done = subprocess.run([sys.executable, "-"], input=old + PROGRAM, capture_output=True, text=True, check=True)
    number = ".".join(map(str, version))
    assert json.loads(done.stdout) == {"error": f"CPython 3.8 or newer is needed, this is {number}"}
    assert PROGRAM.isascii()
    newer = re.compile(r'\b[fb]"|: \w+ =|:=|->')  # formatted strings, annotations: a syntax error in Python 2
    assert not [line for line in PROGRAM.splitlines() if "parity_facts" not in line and newer.search(line)]


def test_program_stands_alone() -> None:
    """Without site-packages and without variables, from standard input: it needs the standard library alone."""
    done = subprocess.run([sys.executable, "-S", "-E", "-"], input=PROGRAM, capture_output=True, text=True, cwd="/")
    assert done.stderr == ""
    facts = json.loads(done.stdout)["facts"]
    assert facts["packages"]["value"] == {}
    assert facts["numpy"]["value"] == {}
    assert facts["blas"]["value"] == []


def test_heavy_packages_are_not_imported() -> None:
    """It looks at the packages' files; of what is installed it imports numpy, scipy and threadpoolctl alone."""
    heavy = "sorted(set(sys.modules) & {'pandas', 'sklearn', 'flask', 'skops'})"
    text = PROGRAM + f'print(json.dumps({{"facts": {{"imported": {{"value": {heavy}}}}}}}))'
    assert run(text)["imported"]["value"] == []


def test_what_was_found_ahead_changes_no_fact(taken: Facts) -> None:
    """Every fact is as if this process had read the files itself, and in the same order."""
    again = package.snapshot(known=package.ahead())["facts"]
    assert json.dumps(again) == json.dumps(taken)


@pytest.mark.parametrize(("variable", "there"), [("PARITY_ARTIFACTS", False), ("SERVER_SOFTWARE", True)])
def test_what_was_found_ahead_is_of_one_place(monkeypatch: pytest.MonkeyPatch, variable: str, there: bool) -> None:
    """Under other variables that decide which files count, or in another folder, files are read anew."""
    remembered = {f"{packages.__name__}.packages": {"found": "ahead"}}
    known = pickle.dumps((package._place(Context()), remembered))
    monkeypatch.setenv(variable, "/elsewhere")
    assert ("found" in package.snapshot(known=known)["facts"]["packages"]["value"]) is there
    monkeypatch.chdir("/")
    assert "found" not in package.snapshot(known=known)["facts"]["packages"]["value"]


def test_a_removed_working_folder_costs_the_code_alone(tmp_path: Path) -> None:
    """The service runs on, and its packages can be compared; warnings that are errors cost nothing."""
    gone = tmp_path / "gone"
    gone.mkdir()
    program = f"import os; os.chdir({str(gone)!r}); os.rmdir({str(gone)!r})\n" + PROGRAM
    env = {"PATH": os.environ["PATH"], "PYTHONWARNINGS": "error"}
    done = subprocess.run(
        [sys.executable, "-"], input=program, capture_output=True, text=True, cwd="/", env=env, check=True
    )
    assert done.stderr == ""
    facts: Facts = json.loads(done.stdout)["facts"]
    assert [name for name, fact in facts.items() if "unknown" in fact] == []
    assert "the working folder" in [one["item"] for one in facts["compared"]["value"]["not_seen"]]


def test_module_that_hides_a_standard_one_is_recorded_and_not_run(tmp_path: Path) -> None:
    """A working folder with modules of such names does not stop the snapshot."""
    names = ("json", "random", "platform", "tempfile", "email", "zoneinfo")
    for name in names:
        (tmp_path / f"{name}.py").write_text("raise SystemExit('run')\n")
    facts = run(PROGRAM, tmp_path)
    assert facts["shadowed"]["value"] == dict.fromkeys(names, "by one in the working folder")
    assert not [fact for fact in facts.values() if "unknown" in fact]


def test_modules_on_pythonpath_that_hide_standard_ones_are_not_run(tmp_path: Path) -> None:
    """The snapshot imports the standard library before anything of the image can stand in its way."""
    for name in ("random", "tempfile", "zipfile", "hashlib"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('run')\n")
    facts = run(PROGRAM, "/", "-S", PYTHONPATH=str(tmp_path))
    assert {"random", "tempfile", "zipfile", "hashlib"} <= set(facts["shadowed"]["value"])
