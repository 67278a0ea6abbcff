"""One of several classes: accuracy of the probabilities, and of the likeliest class."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn import metrics

from dev import truths as truth
from dev.scoring.kind import Numbers, Points, Quality, calibration, calibration_error, points, side_by_side
from shared.target import Labels, Multiclass, Scores

PLOTTED = {
    "log_loss": ("Log loss", "lower is better"),
    "calibration_error": ("Calibration error", "expected calibration error of the likeliest class; lower is better"),
}
SMALLEST = float(np.finfo(np.float64).eps)
QUALITY = {
    "accuracy": Quality("share of rows whose likeliest class was right", "high"),
    "accuracy_gap": Quality(
        "accuracy minus the one that the probabilities promise",
        "high",
        "accuracy is {value:+.1%} from what the probabilities promise over {over}; usual is {low:+.1%} or more",
        decides=True,
    ),
    "log_loss": Quality("mean negative logarithm of the probability of what happened", "low"),
    "log_loss_gap": Quality(
        "log loss minus the one that the probabilities promise",
        "low",
        "log loss is {value:+.3f} from what the probabilities promise over {over}; usual is up to {high:+.3f}",
        decides=True,
    ),
    "calibration_error": Quality(
        "expected calibration error of the likeliest class",
        "low",
        "the calibration error is {value:.3f} over {over}; usual is up to {high:.3f}",
        decides=True,
    ),
}


@dataclass(frozen=True)
class MulticlassScoring:
    """The baseline always answers the shares of training."""

    target: Multiclass
    main = "log_loss"
    main_in_words = "log loss"
    higher_is_better = False
    plotted = PLOTTED
    quality_tests = QUALITY

    def threshold(self, truths: Labels, scores: Scores, policy: str | float) -> None:
        """There is none: the likeliest class is the answer."""

    def evaluate(self, truths: Labels, scores: Scores, threshold: float | None = None) -> dict[str, Any]:
        """Metrics; `confusion` has a row for each class that was, with counts of what was answered."""
        at, answered = truth.strata(truths, self.target), scores.argmax(axis=1)
        classes, right = range(len(self.target.classes)), at == scores.argmax(axis=1)
        return {
            "log_loss": _log_loss(at, scores),
            "accuracy": float(right.mean()),
            "macro_f1": float(metrics.f1_score(at, answered, labels=classes, average="macro", zero_division=0.0)),
            "calibration_error": calibration_error(scores.max(axis=1), right),
            "calibration": calibration(scores.max(axis=1), right),
            "confusion": metrics.confusion_matrix(at, answered, labels=classes).tolist(),
        }

    def baseline(self, learned: Labels, rows: int) -> Scores:
        """The shares of training, for every row."""
        return np.tile(list(self.summary(learned)["shares"].values()), (rows, 1))

    def summary(self, truths: Labels) -> dict[str, Any]:
        """The share of each class."""
        return {"shares": {name: float((truths == name).mean()) for name in self.target.classes}}

    def text(self, model: Mapping[str, Any], baseline: Mapping[str, Any], threshold: float | None = None) -> str:
        """Metrics, then answers against what happened."""
        classes = self.target.classes
        width, room = max(len(name) for name in (*classes, "12345678")) + 2, max(map(len, classes)) + 6
        room = max(room, 20)
        rows = zip(classes, model["confusion"], strict=True)
        return "\n".join(
            [
                *side_by_side(model, baseline),
                f"{'predicted:':<{room}}" + "".join(f"{name:>{width}}" for name in classes),
                *(
                    f"{f'was {name}':<{room}}" + "".join(f"{count:>{width},}" for count in counts)
                    for name, counts in rows
                ),
            ]
        )

    def curves(self, measured: Mapping[str, Any]) -> dict[str, Points]:
        """The bins of calibration, and the confusion, a row and a column for each class."""
        classes = self.target.classes
        cells = [
            {"was": was, "predicted": predicted, "rows": rows}
            for was, counts in zip(classes, measured["confusion"], strict=True)
            for predicted, rows in zip(classes, counts, strict=True)
        ]
        return {"calibration.csv": points(measured["calibration"], "probability", "share"), "confusion.csv": cells}

    def quality(self, truths: Numbers, scores: Scores) -> dict[str, float]:
        """Of the probabilities."""
        at, most = truths.astype(int), scores.max(axis=1)
        right, loss = at == scores.argmax(axis=1), _log_loss(at, scores)
        entropy = -(scores * np.log(np.maximum(scores, SMALLEST))).sum(axis=1).mean()
        return {
            "accuracy": float(right.mean()),
            "accuracy_gap": float(right.mean() - most.mean()),
            "log_loss": loss,
            "log_loss_gap": loss - float(entropy),
            "calibration_error": calibration_error(most, right),
        }


def _log_loss(at: npt.NDArray[np.int_], scores: Scores) -> float:
    return float(-np.log(np.maximum(scores[np.arange(len(at)), at], SMALLEST)).mean())
