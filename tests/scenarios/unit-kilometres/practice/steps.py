"""Models of the lab, put where the exercise has them."""

import shutil
from pathlib import Path

LAB = Path(__file__).resolve().parents[4] / ".cache" / "lab"


def start(folder):
    """The model in use, and one that a colleague has trained."""
    for name, link in (("artifacts", "current"), ("older", "retrained")):
        version = (LAB / name / "models" / "current").resolve()
        shutil.copytree(version, folder / "models" / version.name)
        (folder / "models" / link).symlink_to(version.name)


def wrong_retrained(folder):
    """The colleague's model."""
    models = folder / "models"
    (models / "current").unlink()
    (models / "current").symlink_to((models / "retrained").readlink())
