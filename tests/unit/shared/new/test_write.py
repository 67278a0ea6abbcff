import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from shared.new import fork, problem
from shared.new.table import TableError
from shared.new.write import files
from tests.unit.shared.new.tables import churn, written

QUESTION = f'How satisfied were you with {"this and " * 20}"that"?'
TARGETS = {
    "binary": ("churn.csv", "churned"),
    "survey": ("survey.csv", QUESTION),
    "multiclass": ("plans.csv", "plan"),
    "regression": ("prices.csv", "price"),
}


@pytest.fixture(params=TARGETS)
def made(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """The files of a problem of each kind, with times and without; of long names and of such as others are made of."""
    name, target = TARGETS[request.param]
    path = tmp_path / name
    if request.param == "binary":
        return files(problem.state(churn(path), target, "joined", ""), "churn", "tables/churn.csv")
    if request.param == "survey":
        header = ("date of the last visit", "date of the last visit month", "float", QUESTION[1:], "far", QUESTION)
        written(
            path,
            header,
            lambda n: (
                f"20{20 + n % 4}-01-{1 + n % 28:02} 10:00" * (n % 3 > 0),
                *(n, n / 7, n % 5, n * 1e30),
                "abc"[n % 3],
            ),
        )
        return files(problem.state(path, target, "", ""), "survey", "survey.csv")
    cells = [f"a text that is long {number}, and quoted: 'so' and \"so\"" for number in range(7)]
    written(path, ("Text", "n", target), lambda n: (cells[n % 7], n % 9, "abc"[n % 3] if target == "plan" else n / 4))
    return files(problem.state(path, target, "", ""), "other", "other.csv")


def test_source_is_as_the_linters_want_it(made: dict[str, str], tmp_path: Path) -> None:
    """Whoever makes a project begins with a clean one."""
    names = ("dev/delimited", "dev/source", "dev/problem/params", "shared/declare", "shared/target")
    beside = {f"{name}.py": '"""Beside."""\n' for name in names}
    for path, text in {**made, **beside}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    shutil.copy(Path(__file__).parents[4] / "pyproject.toml", tmp_path)
    for command in (("check", "--no-cache"), ("format", "--no-cache", "--check")):
        ruff = [str(Path(sys.executable).with_name("ruff")), *command, "dev", "shared"]
        done = subprocess.run(ruff, cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout


def test_the_sample_keeps_the_contract_that_is_written(made: dict[str, str]) -> None:
    """And the features that are written are computed of it."""
    contract: dict[str, Any] = {"__name__": "contract"}
    exec(made["shared/problem/contract.py"], contract)  # noqa: S102
    (sample,) = json.loads(made["shared/problem/sample_request.json"])["instances"]
    row = msgspec.convert(sample, contract["Row"])
    features: dict[str, Any] = {}
    source = made["shared/problem/features.py"].replace("from shared.problem.contract import Row", "Row = object")
    exec(source, features)  # noqa: S102
    columns = features["features"]([row, row])
    assert [*columns] == [*features["CATEGORICAL"], *features["NUMERIC"]]
    assert all(len(values) == 2 for values in columns.values())


def test_parameters_are_toml(made: dict[str, str]) -> None:
    """Rows are split by time where they have one."""
    by = tomllib.loads(made["dev/problem/params.toml"])["split"]["by"]
    assert by == ("time" if "churned" in made["shared/problem/target.py"] else "chance")


def test_one_line_renames_the_project(tmp_path: Path) -> None:
    """Models have the project's name from then on, the lock that of the distribution, the pipeline that of the data."""
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev/dvc.yaml").write_text("outs:\n  - artifacts/data/old-1.0:\n")
    models = '# Why.\n[tool.models]\nmetrics = "a"  # b\n\n'
    project = f'[project]\nname = "old-one"  # of all\nversion = "1"\n\n{models}[tool.x]\ny = 1\n'
    (tmp_path / "pyproject.toml").write_text(project)
    (tmp_path / "uv.lock").write_text("""{ package = "old-one", marker = "extra == 'group-7-old-one-dvc'" }""")
    made = fork.named(tmp_path, "new")
    expected = {"project": {"name": "new", "version": "1"}, "tool": {"x": {"y": 1}}}
    assert tomllib.loads(made["pyproject.toml"]) == expected
    assert "# Why" not in made["pyproject.toml"]
    assert made["uv.lock"] == """{ package = "new", marker = "extra == 'group-3-new-dvc'" }"""
    assert made["dev/dvc.yaml"] == "outs:\n  - artifacts/data/new:\n"


NO_NAMES = [("Bike Rentals", "NAME=bike-rentals"), ("-", "NAME="), ("numpy", "NAME=numpy-model")]


@pytest.mark.parametrize(("name", "other"), NO_NAMES)
def test_a_name_that_is_none_is_refused(name: str, other: str) -> None:
    """With one that is."""
    lock = '[[package]]\nname = "numpy"\nsource = { registry = "x" }\n'
    with pytest.raises(TableError) as caught:
        fork.check_name(name, lock)
    assert other in caught.value.remedy


def test_files_are_written_all_or_none(tmp_path: Path) -> None:
    """One that cannot be leaves the others as they were."""
    (tmp_path / "a").write_text("old")
    (tmp_path / "b").mkdir()
    with pytest.raises(OSError):
        fork.put(tmp_path, {"a": "new", "b/c/d": "new", "a/e": "new"})
    assert (tmp_path / "a").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
