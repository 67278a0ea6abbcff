"""What was found, against the passport of the model that gave the answer."""

import json
import tomllib


def check(folder):
    """A verdict and what was seen."""
    found = tomllib.loads((folder / "findings.toml").read_text())
    answer = json.loads((folder / "answer.json").read_text())
    passport = json.loads((folder / "models" / answer["model_version"] / "manifest.json").read_text())
    (prediction,) = answer["predictions"]
    true = {
        "model_version": passport["version"],
        "data_sha256": passport["data"]["sha256"],
        "image_id": passport["image"]["id"],
        "rows_kept": passport["data"]["prepared"]["kept"],
        "threshold": passport["threshold"],
        "as_its_rule_says": prediction["late"] == (prediction["late_probability"] >= passport["threshold"]),
    }
    wrong = [name for name, value in true.items() if found.get(name) != value]
    if wrong:
        return "symptom", f"{len(true) - len(wrong)} of {len(true)} are right; not yet: {', '.join(wrong)}"
    return "repaired", f"{len(true)} of {len(true)} are right"
