"""The last stage of `dvc.yaml`: metrics of the pipeline's model, and the points of its curves."""

import csv
import json
import sys
from pathlib import Path
from typing import Any

from dev import rows
from dev.scoring import SCORING
from dev.scoring.kind import Points
from dev.split import tested
from shared import artifact, settings
from shared.errors import program

METRICS = "metrics.json"


@program
def main() -> int:
    """Evaluate the pipeline's model on the rows that it has not learned from."""
    config = settings.read()
    model = artifact.load(config.candidate)
    asked, truths = tested(rows.load(config.prepared), model.passport.parameters)
    threshold = model.passport.threshold
    measured = SCORING.evaluate(truths, model.scores(asked), threshold)
    config.evaluation.mkdir(parents=True, exist_ok=True)
    (config.evaluation / METRICS).write_text(json.dumps(_numbers(measured, threshold), indent=2) + "\n")
    curves = SCORING.curves(measured)
    for name, points in curves.items():
        _write(config.evaluation / name, points)
    print(f"saved    {config.evaluation} ({', '.join((METRICS, *curves))})")
    return 0


def _numbers(measured: dict[str, Any], threshold: float | None) -> dict[str, Any]:
    """What is no list of points."""
    single = {name: value for name, value in measured.items() if not isinstance(value, list)}
    return single if threshold is None else {**single, "threshold": threshold}


def _write(path: Path, points: Points) -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, points[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(points)


if __name__ == "__main__":
    sys.exit(main())
