"""Models of the lab, put where the exercise has them."""

import shutil
from pathlib import Path

LAB = Path(__file__).resolve().parents[4] / ".cache" / "lab"


def start(folder):
    """A registry with whole models, and what prod has."""
    for name in ("older", "artifacts"):
        version = (LAB / name / "models" / "current").resolve()
        shutil.copytree(version, folder / "registry" / version.name)
    shutil.copytree((LAB / "artifacts" / "models" / "current").resolve(), folder / "models" / "current")
    with (folder / "models" / "current" / "model.skops").open("r+b") as file:
        file.truncate(100_000)


def solution(folder):
    """The version that prod had, as the registry has it."""
    _copy(folder, "artifacts")


def wrong_another_version(folder):
    """A model that is whole, and is another."""
    _copy(folder, "older")


def _copy(folder, name):
    shutil.rmtree(folder / "models" / "current")
    version = (LAB / name / "models" / "current").resolve().name
    shutil.copytree(folder / "registry" / version, folder / "models" / "current")
