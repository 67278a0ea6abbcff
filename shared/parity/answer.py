"""Answer a model's golden requests here, stage by stage: `python3 -m shared.parity.answer DIR`.

Runs inside an image of ours, as the service would. Prints JSON: the answers of each stage,
the distributions that were imported for them, the contract's hash, or why it failed.
"""

import importlib.metadata
import json
import re
import sys
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from shared import artifact, contract
from shared.contract import Flight
from shared.errors import ParityError
from shared.features import features


def main() -> int:
    """Answer for the model folder on the command line."""
    json.dump(answer(Path(sys.argv[1])), sys.stdout)
    return 0


def answer(folder: Path) -> dict[str, Any]:
    """The facts that only a replay can tell.

    Returns:
        `contract`, `loaded` (names of imported distributions), and either `failure` (what,
        evidence, remedy) or `stages`: each stage's `columns` and `rows`, shape (golden
        requests, columns), in the order of computation.
    """
    facts: dict[str, Any] = {"contract": contract.sha256()}
    try:
        facts["stages"] = _stages(artifact.load(folder))
    except ParityError as error:
        facts["failure"] = {"what": error.what, "evidence": error.evidence, "remedy": error.remedy}
    except Exception as error:
        facts["failure"] = {
            "what": "the model loads, and fails at its first prediction",
            "evidence": f"{type(error).__name__}: {error}",
            "remedy": "serve it with the packages it was trained with, or train again: make dev",
        }
    facts["loaded"] = _loaded()
    return facts


def _stages(model: artifact.Model) -> dict[str, Any]:
    flights = msgspec.convert(model.passport.golden.requests, list[Flight])
    table = features(contract.to_frame(flights))
    encoder, classifier = model.pipeline[:-1], model.pipeline[-1]
    encoded = np.asarray(encoder.transform(table), dtype="float64")
    raw = np.asarray(classifier.decision_function(encoded), dtype="float64")
    return {
        "features": _stage([str(name) for name in table.columns], table.to_numpy(dtype=object)),
        "encoded": _stage([str(name) for name in encoder.get_feature_names_out()], encoded),
        "raw score": _stage(["raw score"], raw.reshape(len(flights), -1)),
        "probability": _stage(["late_probability"], model.probabilities(flights).reshape(-1, 1)),
    }


def _stage(columns: list[str], values: Any) -> dict[str, Any]:
    rows = [[None if value != value else value for value in row] for row in values.tolist()]
    return {"columns": columns, "rows": rows}


def _loaded() -> list[str]:
    owners = importlib.metadata.packages_distributions()
    tops = {name.partition(".")[0] for name in sys.modules}
    names = {owner for top in tops for owner in owners.get(top, ())}
    return sorted(re.sub(r"[-_.]+", "-", name).lower() for name in names)


if __name__ == "__main__":
    sys.exit(main())
