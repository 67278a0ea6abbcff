"""How good are probabilities? Discrimination, accuracy of the probabilities, decisions.

As a command, the last stage of `dvc.yaml`: metrics of the pipeline's model, and the points of its curves.
"""

import csv
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn import metrics

from dev import rows
from dev.split import tested
from shared import artifact, settings
from shared.errors import program

BINS = 10
METRICS, THRESHOLDS, CALIBRATION = "metrics.json", "thresholds.csv", "calibration.csv"


def best_threshold(late: npt.NDArray[np.bool_], probability: npt.NDArray[np.float64]) -> float:
    """The threshold, in whole percents, with the best F1 score."""
    candidates = np.arange(1, 100) / 100
    scores = [metrics.f1_score(late, probability >= at, zero_division=0.0) for at in candidates]
    return float(candidates[int(np.argmax(scores))])


def evaluate(late: npt.NDArray[np.bool_], probability: npt.NDArray[np.float64], threshold: float) -> dict[str, Any]:
    """Metrics of probabilities against what happened.

    Args:
        late: shape (n,), both classes present.
        probability: shape (n,).

    Returns:
        scores by name; `calibration` and `calibration_error` as the functions of these names return them;
        `curve` has the counts at every threshold in whole percents, enough to plot ROC and precision
        against recall without the data.
    """
    negative, positive = metrics.confusion_matrix(late, probability >= threshold).tolist()
    return {
        "roc_auc": float(metrics.roc_auc_score(late, probability)),
        "average_precision": float(metrics.average_precision_score(late, probability)),
        "log_loss": float(metrics.log_loss(late, probability)),
        "brier_score": float(metrics.brier_score_loss(late, probability)),
        "calibration_error": calibration_error(late, probability),
        "calibration": calibration(late, probability),
        "curve": [
            {
                "threshold": float(at),
                "false_positive": int((~late & (probability >= at)).sum()),
                "true_positive": int((late & (probability >= at)).sum()),
            }
            for at in np.arange(101) / 100
        ],
        "confusion": {
            "true_negative": negative[0],
            "false_positive": negative[1],
            "false_negative": positive[0],
            "true_positive": positive[1],
        },
    }


def calibration(late: npt.NDArray[Any], probability: npt.NDArray[np.float64]) -> list[dict[str, Any]]:
    """Rows, mean probability and share late, for each of ten bins of probability with rows in it."""
    bins = np.minimum((probability * BINS).astype(int), BINS - 1)
    return [
        {
            "rows": int((bins == number).sum()),
            "probability": float(probability[bins == number].mean()),
            "late": float(late[bins == number].mean()),
        }
        for number in np.unique(bins)
    ]


def calibration_error(late: npt.NDArray[Any], probability: npt.NDArray[np.float64]) -> float:
    """Mean absolute difference of probability and share late over the bins, weighted by rows: ECE."""
    bins = calibration(late, probability)
    error: float = sum(part["rows"] * abs(part["probability"] - part["late"]) for part in bins)
    return error / len(late)


def rates(curve: Sequence[Mapping[str, float]]) -> list[dict[str, float]]:
    """The counts of `evaluate`'s curve as points of the ROC and of precision against recall."""
    most = curve[0]
    points = []
    for point in curve:
        right, wrong = point["true_positive"], point["false_positive"]
        points.append(
            {
                "threshold": point["threshold"],
                "recall": right / most["true_positive"],
                "false_positive_rate": wrong / most["false_positive"],
                "precision": right / (right + wrong) if right + wrong else 1.0,
            }
        )
    return points


def table(model: dict[str, Any], baseline: dict[str, Any]) -> str:
    """The scores side by side, as text."""
    lines = [f"{'':<20}{'model':>10}{'baseline':>10}"]
    for name in ("roc_auc", "average_precision", "log_loss", "brier_score", "calibration_error"):
        lines.append(f"{name:<20}{model[name]:>10.4f}{baseline[name]:>10.4f}")
    return "\n".join(lines)


def confusion_table(confusion: dict[str, int], threshold: float) -> str:
    """Decisions at the threshold against what happened, as text."""
    return "\n".join(
        [
            f"{f'predicted at {threshold:.2f}:':<20}{'late':>10}{'on time':>10}",
            f"{'was late':<20}{confusion['true_positive']:>10,}{confusion['false_negative']:>10,}",
            f"{'was on time':<20}{confusion['false_positive']:>10,}{confusion['true_negative']:>10,}",
        ]
    )


@program
def main() -> int:
    """Evaluate the pipeline's model on the months that it has not learned from."""
    config = settings.read()
    model = artifact.load(config.candidate)
    flights, late = tested(rows.load(config.prepared), model.passport.parameters)
    probability, threshold = model.probabilities(flights), model.passport.threshold
    scores = evaluate(late, probability, threshold)
    bins, curve = scores.pop("calibration"), scores.pop("curve")
    config.evaluation.mkdir(parents=True, exist_ok=True)
    (config.evaluation / METRICS).write_text(json.dumps({**scores, "threshold": threshold}, indent=2) + "\n")
    _write(config.evaluation / THRESHOLDS, rates(curve))
    _write(config.evaluation / CALIBRATION, bins)
    print(f"saved    {config.evaluation} ({METRICS}, {THRESHOLDS}, {CALIBRATION})")
    return 0


def _write(path: Path, points: Sequence[Mapping[str, float]]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, points[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(points)


if __name__ == "__main__":
    sys.exit(main())
