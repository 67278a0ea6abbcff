"""Models of the lab, put where the exercise has them."""

import shutil
from pathlib import Path

LAB = Path(__file__).resolve().parents[4] / ".cache" / "lab"


def start(folder):
    """Two models, and a pointer to the one before."""
    for name in ("older", "artifacts"):
        version = (LAB / name / "models" / "current").resolve()
        shutil.copytree(version, folder / "models" / version.name)
    (folder / "models" / "current").symlink_to((LAB / "older" / "models" / "current").resolve().name)


def solution(folder):
    """The pointer names the announced one."""
    _point(folder, "artifacts")


def wrong_renamed(folder):
    """The folders change their names, as if that changed what is in them."""
    old, new = ((LAB / name / "models" / "current").resolve().name for name in ("older", "artifacts"))
    models = folder / "models"
    (models / old).rename(models / "aside")
    (models / new).rename(models / old)
    (models / "aside").rename(models / new)
    _point(folder, "artifacts")


def _point(folder, name):
    pointer = folder / "models" / "current"
    pointer.unlink()
    pointer.symlink_to((LAB / name / "models" / "current").resolve().name)
