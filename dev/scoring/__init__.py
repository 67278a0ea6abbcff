"""How good are answers? Metrics, a baseline, tables and the quality of a window, for each kind of target."""

from dev.scoring.binary import BinaryScoring
from dev.scoring.kind import Scoring
from dev.scoring.multiclass import MulticlassScoring
from dev.scoring.regression import RegressionScoring
from shared.problem.target import TARGET
from shared.target import Binary, Multiclass, Target

__all__ = ["SCORING", "Scoring", "of"]


def of(target: Target) -> Scoring:
    """How answers to a target are judged."""
    if isinstance(target, Binary):
        return BinaryScoring(target)
    if isinstance(target, Multiclass):
        return MulticlassScoring(target)
    return RegressionScoring(target)


SCORING = of(TARGET)
"""For the problem's own."""
