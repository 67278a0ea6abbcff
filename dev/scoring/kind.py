"""What each kind of target has to offer, and what several have in common."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from shared.target import Labels, Scores, Target

BINS = 10
Numbers = npt.NDArray[np.float64]
Points = Sequence[Mapping[str, float]]


@dataclass(frozen=True)
class Quality:
    """A statistic of answers whose truth is known, over a window.

    Attributes:
        meaning: what it is, in words.
        sentence: that it left its usual range; has the fields value, low, high and over.
        good: "high", "low", or "near" what is usual.
        decides: whether leaving the usual range is a reason to train again.
    """

    meaning: str
    good: str
    sentence: str = ""
    decides: bool = False


class Scoring(Protocol):
    """How answers to one kind of target are judged."""

    @property
    def target(self) -> Target:
        """What is predicted."""

    @property
    def main(self) -> str:
        """The metric by which models are compared."""

    @property
    def main_in_words(self) -> str:
        """Its name in words."""

    @property
    def higher_is_better(self) -> bool:
        """Whether more of that metric is better."""

    @property
    def plotted(self) -> Mapping[str, tuple[str, str]]:
        """The two metrics that a year is summed up by: their titles, and which is better."""

    @property
    def quality_tests(self) -> Mapping[str, Quality]:
        """What `quality` measures, by name."""

    def threshold(self, truths: Labels, scores: Scores, policy: str | float) -> float | None:
        """The threshold from which on the answer is yes; None where a target has none."""

    def evaluate(self, truths: Labels, scores: Scores, threshold: float | None) -> dict[str, Any]:
        """Metrics of scores, shape (n, columns), against truths, shape (n,)."""

    def baseline(self, learned: Labels, rows: int) -> Scores:
        """Scores of somebody who knows the truths of training, and looks at no row; shape (rows, columns)."""

    def summary(self, truths: Labels) -> dict[str, Any]:
        """What there was to find, in a few numbers."""

    def text(self, model: Mapping[str, Any], baseline: Mapping[str, Any], threshold: float | None) -> str:
        """Metrics as tables."""

    def curves(self, measured: Mapping[str, Any]) -> dict[str, Points]:
        """Points to plot, by the name of a file."""

    def quality(self, truths: Numbers, scores: Scores) -> dict[str, float]:
        """The statistics of `quality_tests` that can be computed; `truths` as `dev.truths.numbers` gives them."""


def calibration(probability: Numbers, happened: npt.NDArray[Any]) -> list[dict[str, Any]]:
    """Rows, mean probability and share that happened, for each of ten bins of probability with rows in it."""
    bins = np.minimum((probability * BINS).astype(int), BINS - 1)
    return [
        {
            "rows": int((bins == number).sum()),
            "probability": float(probability[bins == number].mean()),
            "share": float(happened[bins == number].mean()),
        }
        for number in np.unique(bins)
    ]


def calibration_error(probability: Numbers, happened: npt.NDArray[Any]) -> float:
    """Mean absolute difference of probability and share over the bins, weighted by rows: ECE."""
    bins = calibration(probability, happened)
    error: float = sum(part["rows"] * abs(part["probability"] - part["share"]) for part in bins)
    return error / len(happened)


def points(bins: Sequence[Mapping[str, Any]], predicted: str, observed: str) -> Points:
    """Bins of calibration as points to plot, with the same names for any target."""
    return [{"predicted": part[predicted], "observed": part[observed], "rows": part["rows"]} for part in bins]


def side_by_side(model: Mapping[str, Any], baseline: Mapping[str, Any]) -> list[str]:
    """The metrics that are single numbers, as lines of text."""
    lines = [f"{'':<20}{'model':>10}{'baseline':>10}"]
    lines += [
        f"{name:<20}{value:>10.4f}{baseline[name]:>10.4f}" for name, value in model.items() if isinstance(value, float)
    ]
    return lines
