"""`.devcontainer/`: an editor works inside what trains and serves. Here without the editor, by what it would do."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.image import dotenv
from tests.lab.sandbox import ROOT

FOLDER = ROOT / ".devcontainer"
CONFIG: dict[str, Any] = json.loads((FOLDER / "devcontainer.json").read_text())
PROPERTIES: dict[str, type] = {
    "name": str,
    "dockerComposeFile": list,
    "service": str,
    "runServices": list,
    "initializeCommand": str,
    "workspaceFolder": str,
    "overrideCommand": bool,
    "shutdownAction": str,
    "customizations": dict,
}
"""Of containers.dev's reference, those that are used."""


def compose(*words: str, timeout: float = 120) -> str:
    """What Compose says, with the files that the editor gives it."""
    files = [option for name in CONFIG["dockerComposeFile"] for option in ("--file", str((FOLDER / name).resolve()))]
    environment = {**os.environ, **dotenv.read(ROOT / ".env"), "COMPOSE_PROJECT_NAME": f"devcontainer-{os.getpid()}"}
    command = ["docker", "compose", *files, *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, env=environment, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def entered() -> Iterator[None]:
    """The container that an editor would enter."""
    build = [sys.executable, "-m", "shared.image", "build", "--test"]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=600)
    try:
        compose("up", "--detach", *CONFIG["runServices"])
        yield
    finally:
        compose("down", "--timeout", "0")


def test_the_editor_knows_every_word() -> None:
    """Each property is one of the reference, and of its type."""
    assert {name: type(value) for name, value in CONFIG.items()} == PROPERTIES
    assert CONFIG["shutdownAction"] in ("none", "stopCompose")


def test_what_is_typed_first_is_there() -> None:
    """The command that prepares the image names targets of the Makefile."""
    targets = [word for word in CONFIG["initializeCommand"].partition("&&")[0].split() if word.isalpha()]
    makefile = (ROOT / "Makefile").read_text()
    assert targets == ["make", "image"]
    assert all(f"\n{target}:" in makefile for target in targets[1:])


def test_the_service_is_the_dev_container_with_tests() -> None:
    """It is compose.dev.yml's, hardened as that, on this folder's code."""
    service = json.loads(compose("config", "--format", "json"))["services"][CONFIG["service"]]
    assert service["image"] == f"{dotenv.read(ROOT / '.env')['PARITY_NAME']}:test"
    assert service["cap_drop"] == ["ALL"]
    (code,) = [each for each in service["volumes"] if each["target"] == CONFIG["workspaceFolder"]]
    assert Path(code["source"]) == ROOT


def test_code_is_run_and_tested_inside(entered: None) -> None:
    """With the interpreter and the packages that serve; the debugger's hook is there, and artifacts are mounted."""
    settings = CONFIG["customizations"]["vscode"]["settings"]
    python = settings["python.defaultInterpreterPath"]
    inside = ("exec", "--no-TTY", CONFIG["service"], python)
    where = compose(*inside, "-c", "import sys, dev.train, prod.app, pdb; print(sys.prefix, dev.train.__file__)")
    assert where.split() == ["/opt/venv", f"{CONFIG['workspaceFolder']}/dev/train.py"]
    options = [option for option in settings["python.testing.pytestArgs"] if option != "tests/unit"]
    assert "passed" in compose(*inside, "-m", "pytest", *options, "tests/unit/shared/test_names.py")
    assert compose(*inside, "-c", "import os; print(os.path.ismount('/artifacts'))").strip() == "True"
