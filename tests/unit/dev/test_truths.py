"""What happened, for each kind of target."""

import numpy as np
import pytest

from dev import truths
from shared.target import Binary, Multiclass, Regression, Target

YES_OR_NO = Binary(name="churned", positive="churned", negative="stayed", description="that they leave")
CLASSES = Multiclass(name="species", classes=("a", "b"), description="the species")
NUMBER = Regression(name="rent", unit="EUR", description="the rent")


@pytest.mark.parametrize(
    ("target", "right", "wrong"),
    [
        (YES_OR_NO, [True, np.False_], [1, "yes", None, 0.0]),
        (CLASSES, ["a", "b"], ["c", None, 0]),
        (NUMBER, [1, 2.5, np.float64(3)], [float("nan"), float("inf"), "1", True, None]),
    ],
    ids=["binary", "multi-class", "regression"],
)
def test_a_truth_is_of_the_targets_kind(target: Target, right: list[object], wrong: list[object]) -> None:
    """Anything else is refused, with what it has to be."""
    assert [truths.expected(each, target) for each in right] == [None] * len(right)
    assert all(truths.expected(each, target) for each in wrong)


def test_truths_are_counted_by_class() -> None:
    """Numbers all together; a class that does not occur, too."""
    assert truths.counted(truths.array([True, False, False], YES_OR_NO), YES_OR_NO) == {"churned": 1, "stayed": 2}
    assert truths.counted(truths.array(["b", "b"], CLASSES), CLASSES) == {"a": 0, "b": 2}
    assert list(truths.counted(truths.array([1, 2], NUMBER), NUMBER).values()) == [2]


def test_strata_are_classes_or_tenths() -> None:
    """Each tenth has as many rows."""
    assert truths.strata(truths.array([True, False], YES_OR_NO), YES_OR_NO).tolist() == [1, 0]
    assert truths.strata(truths.array(["b", "a"], CLASSES), CLASSES).tolist() == [1, 0]
    assert np.bincount(truths.strata(np.arange(200.0), NUMBER)).tolist() == [20] * 10


def test_unknown_truths_are_no_number() -> None:
    """NaN, whatever the kind."""
    for target, known in ((YES_OR_NO, True), (CLASSES, "b"), (NUMBER, 1.0)):
        assert truths.numbers([known, None], target).tolist() == pytest.approx([1.0, float("nan")], nan_ok=True)
