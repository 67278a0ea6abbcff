"""The command `parity` as a wheel installs it: with Python alone, away from the checkout."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.integration.support.gate import Images
from tests.lab.sandbox import ROOT


def ran(*command: str | Path, folder: Path, code: int = 0) -> str:
    """What a command prints, typed in a folder, without this test's own modules."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PARITY_", "PYTHON"))}
    done = subprocess.run(
        [*map(str, command)], cwd=folder, env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == code, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built by what uv.lock pins."""
    folder = tmp_path_factory.mktemp("wheel")
    ran(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder, folder=ROOT)
    (made,) = folder.iterdir()
    return made


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Path:
    """The command in a virtual environment that holds nothing else."""
    folder = wheel.parent / "venv"
    ran(sys.executable, "-m", "venv", "--without-pip", folder, folder=wheel.parent)
    ran(sys.executable, "-m", "pip", "--python", folder, "install", "--no-index", "--quiet", wheel, folder=wheel.parent)
    return folder / "bin" / "parity"


def test_a_wheel_holds_the_command_and_requires_nothing(wheel: Path) -> None:
    """Each file of the gate, none of dev, of prod, or of what needs the image's packages."""
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
        (metadata,) = (archive.read(name).decode() for name in archive.namelist() if name.endswith("/METADATA"))
    files = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "shared/parity", "shared/compare"]
    expected = {name for name in ran(*files, folder=ROOT).split() if (ROOT / name).exists()}
    assert held == expected | {
        f"shared/{name}.py"
        for name in ("__init__", "errors", "lineage", "names", "passport", "prediction_log", "times")
    }
    assert "Requires-Dist" not in metadata


def test_the_installed_command_judges_two_images(
    installed: Path, made: Images, ours: str, model: Path, edited_features: str, tmp_path: Path
) -> None:
    """From another folder; what it reads as files was installed, too."""
    sides = made.ours, edited_features
    assert ran(installed, "gate", ours, ours, folder=tmp_path).startswith("PARITY")
    output = ran(installed, "gate", *sides, "--model", model, "--format", "json", folder=tmp_path, code=1)
    assert json.loads(output)["findings"][0]["check"] == "predictions"
    assert "usage: parity gate" in ran(installed, "gate", "--help", folder=tmp_path)
    assert ran(installed, "explain", "model", folder=tmp_path).startswith("model: ")
    assert ran(installed, "--version", folder=tmp_path).startswith("parity ")


def test_the_checkout_has_the_command(tmp_path: Path) -> None:
    """In .venv, for this folder's own code."""
    assert ran(ROOT / ".venv" / "bin" / "parity", "explain", "image", folder=tmp_path).startswith("image: ")
