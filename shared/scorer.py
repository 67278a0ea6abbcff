"""What answers requests: the fitted pipeline, or a form compiled from it, if both give the same answers.

The pipeline is the model. A compiled scorer is a second implementation of it, which is how skew begins, so it serves
only while it is proven equal: on the golden requests wherever a model is loaded, and on rows drawn from the model's
columns, with their edges, at training and wherever anything differs from training.

Trees are evaluated by treelite: 3 MB that need numpy and scipy alone, double precision, and scikit-learn's order of
additions. (ONNX Runtime weighs twenty times as much, and its trees compare float32: a value beside a threshold falls
on the other side.) One scorer serves requests of every size. For 1,000 rows scikit-learn is faster with all its
threads, but importing it takes longer than a hundred such requests.
"""

import random
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import treelite
from treelite.model_builder import Metadata, ModelBuilder, PostProcessorFunc, TreeAnnotation

from shared import compiled
from shared.columns import Columns, table
from shared.compiled import Category, Form
from shared.problem.target import TARGET
from shared.target import Scores
from shared.window import Column

MISSING = 0.1
"""Share of values that are missing, of those drawn."""
PIPELINE, COMPILED = "pipeline", "compiled"
UNSEEN = ("never seen in training", "")


KINDS = {
    "identity": ("kRegressor", "identity"),
    "exponential": ("kRegressor", "exponential"),
    "sigmoid": ("kBinaryClf", "sigmoid"),
    "softmax": ("kMultiClf", "identity_multiclass"),
}
"""treelite's kind of model and what it makes of the sum of the trees; its own softmax computes in float32."""


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
    """A form compiled from the pipeline, evaluated by treelite.

    Args:
        form: one that `read` gave, or that is right by construction.
    """

    kind = COMPILED

    def __init__(self, form: Form) -> None:
        self.form = form
        self._codes = [
            {None: each.missing, **each.codes} if isinstance(each, Category) else None for each in form.inputs
        ]
        self._identity = form.order == list(range(len(form.baseline)))
        self._model = _build(form)

    def scores(self, columns: Columns) -> Scores:
        """Scores of rows; shape (rows, len(TARGET.columns))."""
        result: Scores = treelite.gtil.predict(self._model, self._table(columns), nthread=1)
        result = result.reshape(len(result), -1)
        if self.form.link == "softmax":
            powers = np.exp(result - result.max(axis=1, keepdims=True))
            result = powers / powers.sum(axis=1, keepdims=True)
        return result if self._identity else result[:, self.form.order]

    def _table(self, columns: Columns) -> npt.NDArray[np.float64]:
        inputs: list[Sequence[Any]] = []
        for each, codes in zip(self.form.inputs, self._codes, strict=True):
            values = columns[each.column]
            if isinstance(each, Category) and codes is not None:
                found = [codes.get(value, each.unknown) for value in values]
                inputs += list(zip(*found, strict=True)) if found else [()] * len(each.unknown)
            else:
                inputs.append(values)
        return np.ascontiguousarray(np.array(inputs, dtype="float64").T)


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


def _build(form: Form) -> treelite.Model:
    """The trees for treelite, after one for each baseline: sums begin with it in scikit-learn, too."""
    trees, outputs = form.trees, len(form.baseline)
    kind, postprocessor = KINDS[form.link]
    count = outputs + len(trees.sizes)
    builder = ModelBuilder(
        threshold_type="float64",
        leaf_output_type="float64",
        metadata=Metadata(
            num_feature=sum(map(compiled.width, form.inputs)),
            task_type=kind,
            average_tree_output=False,
            num_target=1,
            num_class=[outputs],
            leaf_vector_shape=(1, 1),
        ),
        tree_annotation=TreeAnnotation(
            num_tree=count, target_id=[0] * count, class_id=[tree % outputs for tree in range(count)]
        ),
        postprocessor=PostProcessorFunc(name=postprocessor),
        base_scores=[0.0] * outputs,
    )
    for value in form.baseline:
        builder.start_tree()
        _leaf(builder, 0, value)
        builder.end_tree()
    nodes = zip(trees.column, trees.threshold, trees.missing_left, trees.left, trees.right, trees.value, strict=True)
    for size in trees.sizes:
        builder.start_tree()
        for key in range(size):
            column, threshold, missing_left, left, right, value = next(nodes)
            if left:
                builder.start_node(key)
                builder.numerical_test(
                    feature_id=column,
                    threshold=np.inf if threshold is None else threshold,
                    default_left=missing_left,
                    opname="<=",
                    left_child_key=left,
                    right_child_key=right,
                )
                builder.end_node()
            else:
                _leaf(builder, key, value)
        builder.end_tree()
    return builder.commit()


def _leaf(builder: ModelBuilder, key: int, value: float) -> None:
    builder.start_node(key)
    builder.leaf(value)
    builder.end_node()
