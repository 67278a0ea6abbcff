"""Models of the lab, put where the exercise has them."""

import hashlib
import json
import shutil
from pathlib import Path

LAB = Path(__file__).resolve().parents[4] / ".cache" / "lab"


def start(folder):
    """A registry with whole models, and what prod has."""
    for name in ("older", "artifacts"):
        version = (LAB / name / "models" / "current").resolve()
        shutil.copytree(version, folder / "registry" / version.name)
    shutil.copytree((LAB / "artifacts" / "models" / "current").resolve(), folder / "models" / "current")
    shutil.copy(LAB / "older" / "models" / "current" / "model.skops", folder / "models" / "current")


def solution(folder):
    """The model's folder as the registry has it."""
    shutil.rmtree(folder / "models" / "current")
    version = (LAB / "artifacts" / "models" / "current").resolve().name
    shutil.copytree(folder / "registry" / version, folder / "models" / "current")


def wrong_new_seal(folder):
    """A passport that agrees with whatever lies there."""
    current = folder / "models" / "current"
    content = (current / "model.skops").read_bytes()
    manifest = json.loads((current / "manifest.json").read_text())
    manifest["files"]["model.skops"] = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    passport = json.dumps(manifest).encode()
    (current / "manifest.json").write_bytes(passport)
    (current / "manifest.sha256").write_text(f"{hashlib.sha256(passport).hexdigest()}  manifest.json\n")
