"""Yes or no: discrimination, accuracy of the probabilities, decisions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn import metrics

from dev.params import BEST_F1
from dev.scoring.kind import Numbers, Points, Quality, calibration, calibration_error, points, side_by_side
from shared.target import Binary, Labels, Scores

PLOTTED = {
    "roc_auc": ("ROC AUC", "higher is better"),
    "calibration_error": ("Calibration error", "expected calibration error; lower is better"),
}


@dataclass(frozen=True)
class BinaryScoring:
    """The baseline always answers the share of training."""

    target: Binary
    main = "roc_auc"
    main_in_words = "ROC AUC"
    higher_is_better = True
    plotted = PLOTTED

    @property
    def quality_tests(self) -> Mapping[str, Quality]:
        """Of the probabilities."""
        rate = f"the share that is {self.target.positive}"
        return {
            "roc_auc": Quality("ROC AUC", "high"),
            "auc_gap": Quality(
                "ROC AUC minus the one that the probabilities promise",
                "high",
                "ROC AUC is {value:+.3f} from what the probabilities promise over {over}; usual is {low:+.3f} or more",
                decides=True,
            ),
            "rate_gap": Quality(
                f"{rate}, minus the expected share",
                "near",
                rate + " is {value:+.1%} from what was expected over {over}; usual is {low:+.1%} to {high:+.1%}",
                decides=True,
            ),
            "brier_score": Quality("mean squared error of the probability", "low"),
            "calibration_error": Quality(
                "expected calibration error",
                "low",
                "the calibration error is {value:.3f} over {over}; usual is up to {high:.3f}",
                decides=True,
            ),
        }

    def threshold(self, truths: Labels, scores: Scores, policy: str | float) -> float:
        """The one of the policy: fixed, or in whole percents the one with the best F1 score."""
        return best_threshold(truths, scores[:, 0]) if policy == BEST_F1 else float(policy)

    def evaluate(self, truths: Labels, scores: Scores, threshold: float | None) -> dict[str, Any]:
        """Metrics; both classes must be present.

        Returns:
            scores by name; `calibration` and `calibration_error` as the functions of these names return them;
            `curve` has the counts at every threshold in whole percents, enough to plot ROC and precision
            against recall without the data.
        """
        probability, least = scores[:, 0], 0.5 if threshold is None else threshold
        negative, positive = metrics.confusion_matrix(truths, probability >= least).tolist()
        return {
            "roc_auc": float(metrics.roc_auc_score(truths, probability)),
            "average_precision": float(metrics.average_precision_score(truths, probability)),
            "log_loss": float(metrics.log_loss(truths, probability)),
            "brier_score": float(metrics.brier_score_loss(truths, probability)),
            "calibration_error": calibration_error(probability, truths),
            "calibration": calibration(probability, truths),
            "curve": [
                {
                    "threshold": float(at),
                    "false_positive": int((~truths & (probability >= at)).sum()),
                    "true_positive": int((truths & (probability >= at)).sum()),
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

    def baseline(self, learned: Labels, rows: int) -> Scores:
        """The share of training, for every row."""
        return np.full((rows, 1), learned.mean())

    def summary(self, truths: Labels) -> dict[str, Any]:
        """The share of yes."""
        return {"share": float(truths.mean())}

    def text(self, model: Mapping[str, Any], baseline: Mapping[str, Any], threshold: float | None) -> str:
        """Metrics, then decisions at the threshold against what happened."""
        confusion, yes, no = model["confusion"], self.target.positive, self.target.negative
        width, room = max(len(yes), len(no), 8) + 2, max(len(f"was {yes}"), len(f"was {no}"), 18) + 2
        rows = (
            (yes, confusion["true_positive"], confusion["false_negative"]),
            (no, confusion["false_positive"], confusion["true_negative"]),
        )
        return "\n".join(
            [
                *side_by_side(model, baseline),
                f"{f'predicted at {threshold:.2f}:':<{room}}{yes:>{width}}{no:>{width}}",
                *(f"{f'was {was}':<{room}}{first:>{width},}{other:>{width},}" for was, first, other in rows),
            ]
        )

    def curves(self, measured: Mapping[str, Any]) -> dict[str, Points]:
        """The ROC with precision against recall, and the bins of calibration."""
        return {
            "thresholds.csv": rates(measured["curve"]),
            "calibration.csv": points(measured["calibration"], "probability", "share"),
        }

    def quality(self, truths: Numbers, scores: Scores) -> dict[str, float]:
        """Of probabilities; ROC AUC only if both outcomes occur."""
        score = scores[:, 0]
        auc = float(metrics.roc_auc_score(truths, score)) if 0 < truths.mean() < 1 else None
        return {
            **({} if auc is None else {"roc_auc": auc, "auc_gap": auc - promised(score)}),
            "rate_gap": float(truths.mean() - score.mean()),
            "brier_score": float(((truths - score) ** 2).mean()),
            "calibration_error": calibration_error(score, truths),
        }


def best_threshold(truths: Labels, probability: Numbers) -> float:
    """The threshold, in whole percents, with the best F1 score."""
    candidates = np.arange(1, 100) / 100
    scores = [metrics.f1_score(truths, probability >= at, zero_division=0.0) for at in candidates]
    return float(candidates[int(np.argmax(scores))])


def rates(curve: Sequence[Mapping[str, float]]) -> list[dict[str, float]]:
    """The counts of `evaluate`'s curve as points of the ROC and of precision against recall."""
    most = curve[0]
    along = []
    for point in curve:
        right, wrong = point["true_positive"], point["false_positive"]
        along.append(
            {
                "threshold": point["threshold"],
                "recall": right / most["true_positive"],
                "false_positive_rate": wrong / most["false_positive"],
                "precision": right / (right + wrong) if right + wrong else 1.0,
            }
        )
    return along


def promised(score: Numbers) -> float:
    """The ROC AUC to expect if the probabilities are right: it varies with the rows that come.

    It is the share of correctly ordered pairs among all pairs of a yes and a no, weighted by how likely the pair is.
    """
    ordered = np.sort(score)
    no = np.cumsum(1 - ordered) - (1 - ordered) / 2
    return float((ordered * no).sum() / (ordered.sum() * (1 - ordered).sum()))
