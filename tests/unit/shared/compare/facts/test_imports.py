"""What the code imports, and what of it a command reaches."""

import gzip
import pickle
from pathlib import Path

import pytest

from shared.compare import checks
from shared.compare.facts import (
    imports,
    lacks,
)
from shared.compare.facts.context import Context
from shared.compare.report import Snapshot
from tests.unit.shared.compare.facts.conftest import project


def reached(folder: Path, command: str = "python3 serve.py") -> list[str] | None:
    """Files of the code that a command may run."""
    return imports.reached(Context({"workdir": str(folder), "command": command.split()}))


def test_reached_follows_imports(tmp_path: Path) -> None:
    """Of modules, packages, and relative ones; what nothing imports is not reached."""
    project(
        tmp_path,
        serve="import rates\nfrom lib import a\n",
        rates="",
        lib__a="from . import b\n",
        lib__b="",
        lib__c="",
        train="import rates\n",
    )
    assert reached(tmp_path) == ["lib/a.py", "lib/b.py", "rates.py", "serve.py"]
    assert reached(tmp_path, "python3 -m lib.c") == ["lib/c.py"]
    assert reached(tmp_path, "python3 gunicorn lib.b:app") == ["lib/b.py"]
    assert reached(tmp_path, "python3 other.py") is None
    assert imports.reached(Context({"workdir": str(tmp_path)})) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("run(['python', 'train.py'])", ["serve.py", "train.py"]),
        ("load('jobs.train', 'train')", ["serve.py", "train.py"]),
        ("import importlib\nimportlib.import_module(name)", None),
        ("importlib.import_module('train')", ["serve.py", "train.py"]),
        ("exec(text)", None),
        ("def (", None),
    ],
)
def test_code_that_is_reached_by_its_name_in_a_text(tmp_path: Path, text: str, expected: list[str] | None) -> None:
    """What cannot be known is not called unreached."""
    project(tmp_path, serve=text, train="")
    assert reached(tmp_path) == expected


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_a_pickle_reaches_the_modules_that_it_names(tmp_path: Path, pack: type[bytes]) -> None:
    """Loading it imports them."""
    project(tmp_path, serve="", train="", other="")
    (tmp_path / "model.sav").write_bytes(pack(pickle.dumps(Path("/x")).replace(b"pathlib", b"train", 1)))
    assert reached(tmp_path) == ["serve.py", "train.py"]


def test_servers_of_the_command_are_imported(tmp_path: Path) -> None:
    """Which no module imports: the program, a class of workers, what a console script imports."""
    script = tmp_path / "serve-it"
    script.write_text("#!/venv/bin/python\nimport sys\nfrom shop.cli import main\nsys.exit(main())\n")
    for command, expected in (
        (["python3", "/venv/bin/gunicorn", "-k", "uvicorn.workers.UvicornWorker", "app:app"], ["gunicorn", "uvicorn"]),
        (["python3", "-m", "waitress", "app:app"], ["waitress"]),
        (["/venv/bin/waitress-serve", "app:app"], ["waitress"]),
        (["python3", "-m", "flask", "--app", "app", "run"], ["flask"]),
        (["python3", str(script)], ["shop"]),
    ):
        context = Context({"workdir": str(tmp_path), "command": command})
        assert imports.servers(context) == expected
        assert set(expected) <= set(imports.imports(context))


def test_a_python_that_lacks_what_the_code_imports_is_not_the_one(tmp_path: Path) -> None:
    """What only some code imports, on a condition, may be missing; the training may need more."""
    project(
        tmp_path,
        serve="import os, rates, no_such\nfrom no_other.x import y\nif y:\n    import no_matter\n",
        rates="",
        train="import no_training\n",
    )
    known = {"workdir": str(tmp_path), "command": ["python3", "serve.py"]}
    assert lacks.lacks(Context(known)) == ["no_other", "no_such"]
    assert lacks.lacks(Context({"workdir": str(tmp_path)})) == []
    sides = [Snapshot(name, {"lacks": {"value": ["no_such"]}, "image": {"value": name}}) for name in "AB"]
    undecided = [each for each in checks.run(*sides)[1] if each.check == "serving"]
    assert len(undecided) == 2
    assert "no_such" in undecided[0].reason
