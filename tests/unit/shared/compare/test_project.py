"""A working folder as a Python finds it that sees no packages: its code, files, variables and secrets."""

import hashlib
import json
import os
from pathlib import Path

import pytest

from shared.compare import facts as package
from shared.compare.facts import masks, models
from shared.compare.facts.context import Context
from tests.unit.shared.compare.conftest import PROGRAM, run
from tests.unit.shared.compare.sides import Facts

SECRETS = {
    "MODEL_API_KEY": "k-123456",
    "FEATURE_DB_PASSWORD": "hunter2hunter2",
    "PARITY_TOKEN": "t-123456",
    "MODEL_SECRET": "s-123456",
    "MODEL_DB_PASS": "p-123456",
    "FEATURE_STORE_CREDENTIALS": "c-123456",
    "MODEL_AWS_ACCESS_KEY_ID": "a-123456",
    "MODEL_URI": "https://someone:w0rd123456@registry/model",
    "MODEL_FILE": "https://bucket/model?X-Amz-Signature=5eab123456",
    "FEATURES_JWT": "eyJhbGciOi123456",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working folder with a program, its files and a .env."""
    folder = tmp_path_factory.mktemp("project")
    files = {
        "app.py": 'import os, json\nfrom flask import Flask\nROUND = os.getenv("ROUND_TO"), os.environ["API_KEY"]\n',
        "jobs/fit.py": "import lightgbm.sklearn\nfrom . import other\n",
        "broken.py": "def (",
        "tests/test_app.py": "import pytest\n",
        ".venv/lib/x.py": "import hidden\n",
        "rules.yaml": "a: 1\n",
        "models/old.joblib": "weights",
        "picture.png": "",
        ".env": "# settings\nexport DECISION_THRESHOLD='0.35'\nROUND_TO=2\nAPI_KEY=verysecretvalue\nOTHER=1\n",
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    return folder


@pytest.fixture(scope="module")
def facts(project: Path) -> Facts:
    """What is found in that folder, by a Python that sees no packages and is given secrets."""
    return run(PROGRAM, project, "-S", **SECRETS, ROUND_TO="3", API_KEY="k-987654", UNRELATED="u-987654")


def test_secrets_are_never_recorded(facts: Facts) -> None:
    """Neither by their name nor in an address, in the environment or in .env; that they are set is recorded."""
    text = json.dumps(facts)
    for name, value in SECRETS.items():
        assert masks.incomplete(facts["variables"]["value"][name]), name
        assert value not in text
    assert facts["variables"]["value"]["API_KEY"] == facts["dotenv"]["value"]["API_KEY"] == masks.NOT_RECORDED
    for secret in ("123456", "987654", "verysecretvalue"):
        assert secret not in text


def test_variables_that_the_code_names_are_recorded(facts: Facts) -> None:
    """A variable on no list counts if the code names it; one that nobody names is left out."""
    assert facts["variables"]["value"]["ROUND_TO"] == "3"
    assert "UNRELATED" not in facts["variables"]["value"]
    assert facts["named"]["value"] == ["API_KEY", "ROUND_TO"]


def test_variables_that_decide_which_files_count_are_known(project: Path) -> None:
    """All that are looked up while files are read are among those of a place."""
    looked_up: set[str] = set()

    class Watched(dict[str, str]):
        def get(self, name: str, default: object = None) -> object:  # type: ignore[override]
            looked_up.add(name)
            return super().get(name, default)

        def __contains__(self, name: object) -> bool:
            looked_up.add(str(name))
            return super().__contains__(name)

    context = Context({"workdir": str(project), "command": ["python3", "app.py"]})
    context.variables = Watched(os.environ)
    for fact in package.OF_FILES:
        fact.function(context)
    assert {"PYTHONPATH", "PARITY_ARTIFACTS", "LD_PRELOAD", "FLASK_APP"} <= looked_up
    assert [name for name in looked_up if not models.PLACES.fullmatch(name)] == []


def test_dotenv_is_read_by_the_same_rules(facts: Facts) -> None:
    """Quotes and `export` are no part of the values; comments are skipped."""
    assert facts["dotenv"]["value"] == {
        "API_KEY": masks.NOT_RECORDED,
        "DECISION_THRESHOLD": "0.35",
        "ROUND_TO": "2",
    }


def test_project_is_the_working_folder_without_tests_and_environments(facts: Facts) -> None:
    """Code, files and imports are those that could run; a file that is not Python costs nothing."""
    assert list(facts["code"]["value"]) == ["app.py", "broken.py", "jobs"]
    assert list(facts["files"]["value"]) == ["models/old.joblib", "picture.png", "rules.yaml"]
    assert facts["imports"]["value"] == ["flask", "jobs", "json", "lightgbm", "os"]


def test_code_on_pythonpath_counts(project: Path, tmp_path: Path) -> None:
    """Code that lies elsewhere gives the same hashes, wherever that is."""
    there = run(PROGRAM, tmp_path, "-S", PYTHONPATH=str(project))
    here = run(PROGRAM, project, "-S")
    assert there["code"]["value"] == here["code"]["value"]
    (tmp_path / "zipped.zip").write_bytes(b"code")
    assert "zipped.zip" in run(PROGRAM, "/", "-S", PYTHONPATH=str(tmp_path / "zipped.zip"))["code"]["value"]


def test_the_current_model_is_recorded_by_its_files(tmp_path: Path) -> None:
    """Where PARITY_ARTIFACTS says, and only by the program: in a process that trains, it is another one."""
    text = PROGRAM
    assert run(text, PARITY_ARTIFACTS=str(tmp_path))["served"]["value"] is None
    folder = tmp_path / "models" / "7"
    folder.mkdir(parents=True)
    (tmp_path / "models" / "current").symlink_to("7")
    assert "FileNotFoundError" in run(text, PARITY_ARTIFACTS=str(tmp_path))["served"]["unknown"]
    (folder / "manifest.json").write_text('{"version": "7"}')
    served = run(text, PARITY_ARTIFACTS=str(tmp_path))["served"]["value"]
    digest = hashlib.sha256(b'{"version": "7"}').hexdigest()
    assert served == {"version": "7", "files": {"manifest.json": digest}}
    assert "served" not in package.snapshot()["facts"]
