"""What answers requests: the fitted pipeline, or a form compiled from it, if both give the same answers.

The pipeline is the model. A compiled scorer is a second implementation of it, which is how skew begins, so it serves
only while it is proven equal: on the golden requests wherever a model is loaded, and on rows drawn from the model's
columns, with their edges, at training and wherever anything differs from training.

Trees are added up by `shared.leaves`, in double precision and in scikit-learn's order of additions, by numpy alone: to
the same bits as treelite, which walks them, in a third of its time. (The trees of ONNX Runtime compare float32: a value
beside a threshold falls on the other side.) One scorer serves requests of every size.
"""

import math
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from shared import compiled
from shared.columns import Columns, table
from shared.compiled import Form
from shared.leaves import Leaves
from shared.problem.target import TARGET
from shared.target import Scores
from shared.window import Column

DRAWN = 2_000
"""Rows drawn from the model's columns on which the guard and the gate compare scorers."""
MISSING = 0.1
"""Share of values that are missing, of those drawn."""
PIPELINE, COMPILED = "pipeline", "compiled"
UNSEEN = ("never seen in training", "")

LARGEST_POWER = 709.0
"""Of e; the next is infinite."""


class Scorer(Protocol):
    """Gives a model's scores of its columns."""

    @property
    def kind(self) -> str:
        """`pipeline` or `compiled`."""

    def scores(self, columns: Columns) -> Scores:
        """Shape (rows, len(TARGET.columns))."""


class PipelineScorer:
    """The fitted pipeline itself, any that scikit-learn has."""

    kind = PIPELINE

    def __init__(self, pipeline: Any) -> None:
        self.pipeline = pipeline

    def scores(self, columns: Columns) -> Scores:
        """Scores of rows; shape (rows, len(TARGET.columns))."""
        return TARGET.scores(self.pipeline, table(columns))


class CompiledScorer:
    """A form compiled from the pipeline.

    Args:
        form: one that `read` gave, or that is right by construction.

    Raises:
        ValueError: it has no trees, or they are too large to be looked up.
    """

    kind = COMPILED

    def __init__(self, form: Form) -> None:
        self.form = form
        self._identity = form.order == list(range(len(form.baseline)))
        self._trees = Leaves(form)

    def scores(self, columns: Columns) -> Scores:
        """Scores of rows; shape (rows, len(TARGET.columns))."""
        result = LINKS[self.form.link](self._trees.sums(columns))
        return result if self._identity else result[:, self.form.order]


def _exponential(sums: Scores) -> Scores:
    return np.array([[math.exp(min(each, LARGEST_POWER)) for each in row] for row in sums.tolist()])


def _sigmoid(sums: Scores) -> Scores:
    return 1 / (1 + _exponential(-sums))


def _softmax(sums: Scores) -> Scores:
    powers = np.exp(sums - sums.max(axis=1, keepdims=True))
    result: Scores = powers / powers.sum(axis=1, keepdims=True)
    return result


LINKS: dict[str, Callable[[Scores], Scores]] = {
    "identity": lambda sums: sums,
    "exponential": _exponential,
    "sigmoid": _sigmoid,
    "softmax": _softmax,
}
"""What is made of the sums."""


def draw(form: Form, seen: Mapping[str, Column], rows: int, seed: int = 0) -> Columns:
    """Columns to compare scorers on: values of training, both sides of every threshold, missing and unseen ones.

    Args:
        seen: the columns in training.
    """
    chance = random.Random(seed)  # noqa: S311 (no secret)
    drawn: dict[str, Sequence[Any]] = {}
    thresholds = compiled.thresholds(form)
    for name, column in seen.items():
        values: list[Any] = (
            [*column.shares, UNSEEN, ""] if column.shares else _numbers(column, thresholds.get(name, []))
        )
        missing = MISSING if not column.shares or column.missing else 0
        drawn[name] = [None if chance.random() < missing else chance.choice(values) for _ in range(rows)]
    return drawn


def _numbers(column: Column, thresholds: Sequence[float]) -> list[float]:
    ends = [
        beside for value in thresholds for beside in (np.nextafter(value, -np.inf), value, np.nextafter(value, np.inf))
    ]
    return [*map(float, ends), *column.quantiles, 0.0, -1e9, 1e9]


def apart(one: Scorer, other: Scorer, columns: Columns) -> float:
    """How far two scorers are apart at most; infinite where one has no number."""
    difference = np.abs(one.scores(columns) - other.scores(columns))
    return float(np.nan_to_num(difference, nan=np.inf).max(initial=0.0))
