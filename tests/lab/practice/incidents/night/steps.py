"""Models of the lab, put where the exercise has them."""

import shutil
from pathlib import Path

LAB = Path(__file__).resolve().parents[5] / ".cache" / "lab"


def start(folder):
    """Two models, and a pointer to the one before."""
    for name in ("older", "artifacts"):
        version = (LAB / name / "models" / "current").resolve()
        shutil.copytree(version, folder / "models" / version.name)
    (folder / "models" / "current").symlink_to((LAB / "older" / "models" / "current").resolve().name)


def solution(folder):
    """The pointer names the announced one."""
    _point(folder, "artifacts")


def wrong_model_only(folder):
    """The model alone."""
    solution(folder)


def _point(folder, name):
    pointer = folder / "models" / "current"
    pointer.unlink()
    pointer.symlink_to((LAB / name / "models" / "current").resolve().name)
