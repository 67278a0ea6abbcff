"""Train on the lab's flights, pickle the model, and record what it answers here: `python3 -m train`."""

import json
import os
import pickle
from pathlib import Path

import numpy as np

MODEL = Path("/model/model.pkl")
ANSWERS = Path("/model/answers.json")


def main():
    """Train, keep, answer."""
    from estimator import make
    from prepare import columns

    lab = json.loads(Path("/flights.json").read_text())
    train, test = lab["train"], lab["test"]
    model = make().fit(columns(train["flights"]), labels(train))
    MODEL.write_bytes(pickle.dumps(model))
    probability = positive(model, columns(test["flights"]))
    threshold = float(os.environ.get("DECISION_THRESHOLD") or np.quantile(probability, 1 - np.mean(test["late"])))
    ANSWERS.write_text(json.dumps({"test": {**test, "probability": probability, "threshold": threshold}}))


def labels(part):
    """What the model is to learn, one label per flight."""
    return np.array(part["late"])


def positive(model, table):
    """Probability of being late, one per row."""
    late = list(model.classes_).index(True)
    return model.predict_proba(table)[:, late].tolist()


if __name__ == "__main__":
    main()
