"""A number: how far answers are from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from dev.scoring.kind import BINS, Numbers, Points, Quality, points, side_by_side
from shared.target import Labels, Regression, Scores


@dataclass(frozen=True)
class RegressionScoring:
    """The baseline always answers the mean of training."""

    target: Regression
    main = "rmse"
    main_in_words = "RMSE"
    higher_is_better = False

    @property
    def plotted(self) -> Mapping[str, tuple[str, str]]:
        """Errors, in the target's unit."""
        return {
            "rmse": ("RMSE", f"root of the mean squared error, {self.target.unit}; lower is better"),
            "mae": ("MAE", f"mean absolute error, {self.target.unit}; lower is better"),
        }

    @property
    def quality_tests(self) -> Mapping[str, Quality]:
        """Of the answers, in the target's unit."""
        unit = self.target.unit
        return {
            "bias": Quality(
                f"mean of answer minus truth, {unit}",
                "near",
                "answers are {value:+.3g} " + unit + " off on average over {over}; usual is {low:+.3g} to {high:+.3g}",
                decides=True,
            ),
            "mae": Quality(
                f"mean absolute error, {unit}",
                "low",
                "the mean absolute error is {value:.3g} " + unit + " over {over}; usual is up to {high:.3g}",
                decides=True,
            ),
            "rmse": Quality(f"root of the mean squared error, {unit}", "low"),
        }

    def threshold(self, truths: Labels, scores: Scores, policy: str | float) -> None:
        """There is none: the number is the answer."""

    def evaluate(self, truths: Labels, scores: Scores, threshold: float | None = None) -> dict[str, Any]:
        """Metrics; `calibration` has the mean answer and the mean truth of each tenth of the answers."""
        answers = scores[:, 0]
        off, spread = answers - truths, ((truths - truths.mean()) ** 2).mean()
        return {
            "rmse": float((off**2).mean() ** 0.5),
            "mae": float(np.abs(off).mean()),
            "r2": float(1 - (off**2).mean() / spread) if spread else 0.0,
            "bias": float(off.mean()),
            "calibration": [
                {"rows": len(part), "answer": float(answers[part].mean()), "truth": float(truths[part].mean())}
                for part in np.array_split(np.argsort(answers, kind="stable"), min(BINS, len(answers)))
            ],
        }

    def baseline(self, learned: Labels, rows: int) -> Scores:
        """The mean of training, for every row."""
        return np.full((rows, 1), learned.mean())

    def summary(self, truths: Labels) -> dict[str, Any]:
        """Mean and standard deviation."""
        return {"mean": float(truths.mean()), "standard_deviation": float(truths.std())}

    def text(self, model: Mapping[str, Any], baseline: Mapping[str, Any], threshold: float | None = None) -> str:
        """Metrics, then answers and truths by tenth."""
        head = f"{f'mean {self.target.unit}':<20}{'answer':>10}{'truth':>10}"
        lines = [
            f"{f'tenth {number}':<20}{part['answer']:>10.4g}{part['truth']:>10.4g}"
            for number, part in enumerate(model["calibration"], 1)
        ]
        return "\n".join([*side_by_side(model, baseline), head, *lines])

    def curves(self, measured: Mapping[str, Any]) -> dict[str, Points]:
        """Mean answer against mean truth."""
        return {"calibration.csv": points(measured["calibration"], "answer", "truth")}

    def quality(self, truths: Numbers, scores: Scores) -> dict[str, float]:
        """Of the answers."""
        off = scores[:, 0] - truths
        return {
            "bias": float(off.mean()),
            "mae": float(np.abs(off).mean()),
            "rmse": float((off**2).mean() ** 0.5),
        }
