"""Two published models, an answer of the one that is not current, and what should be found."""

import json
import shutil
from pathlib import Path

LAB = Path(__file__).resolve().parents[5] / ".cache" / "lab"


def start(folder):
    """The models, the pointer, and the answer: a golden request's, with the decision that the threshold gives."""
    passports = {}
    for name in ("older", "artifacts"):
        version = (LAB / name / "models" / "current").resolve()
        shutil.copytree(version, folder / "models" / version.name)
        passports[name] = json.loads((version / "manifest.json").read_text())
    (folder / "models" / "current").symlink_to(passports["artifacts"]["version"])
    given = passports["older"]
    probability = max(score for (score,) in given["golden"]["scores"])
    prediction = {"late_probability": probability, "late": probability >= given["threshold"]}
    answer = {"predictions": [prediction], "model_version": given["version"]}
    (folder / "answer.json").write_text(json.dumps(answer, indent=1) + "\n")


def solution(folder):
    """From the passport of the version that the answer names."""
    version = json.loads((folder / "answer.json").read_text())["model_version"]
    _write(folder, folder / "models" / version)


def wrong_current(folder):
    """From the passport of the model that is current."""
    _write(folder, folder / "models" / "current")


def _write(folder, model):
    passport = json.loads((model / "manifest.json").read_text())
    lines = {
        "model_version": passport["version"],
        "data_sha256": passport["data"]["sha256"],
        "image_id": passport["image"]["id"],
        "rows_kept": passport["data"]["prepared"]["kept"],
        "threshold": passport["threshold"],
        "as_its_rule_says": True,
    }
    text = "".join(f"{name} = {json.dumps(value)}\n" for name, value in lines.items())
    (folder / "findings.toml").write_text(text)
