"""Trees that are walked node by node, by treelite: those that have too many leaves for `shared.leaves`."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import treelite
from treelite.model_builder import Metadata, ModelBuilder, PostProcessorFunc, TreeAnnotation

from shared import compiled
from shared.columns import Columns
from shared.compiled import Category, Form
from shared.target import Scores


class Walks:
    """The trees of a form, as treelite's.

    Args:
        form: one that `compiled.read` gave, or that is right by construction.
    """

    def __init__(self, form: Form) -> None:
        self._form = form
        self._codes = [
            {None: each.missing, **each.codes} if isinstance(each, Category) else None for each in form.inputs
        ]
        self._model = _build(form)

    def sums(self, columns: Columns) -> Scores:
        """What the trees of rows add up to, in the order of the trees; shape (rows, outputs)."""
        result: Scores = treelite.gtil.predict(self._model, self._table(columns), nthread=1)
        return result.reshape(len(result), -1)

    def _table(self, columns: Columns) -> npt.NDArray[np.float64]:
        inputs: list[Sequence[Any]] = []
        for each, codes in zip(self._form.inputs, self._codes, strict=True):
            values = columns[each.column]
            if isinstance(each, Category) and codes is not None:
                found = [codes.get(value, each.unknown) for value in values]
                inputs += list(zip(*found, strict=True)) if found else [()] * len(each.unknown)
            else:
                inputs.append(values)
        return np.ascontiguousarray(np.array(inputs, dtype="float64").T)


def _build(form: Form) -> treelite.Model:
    """The trees for treelite, after one for each baseline: sums begin with it in scikit-learn, too."""
    trees, outputs = form.trees, len(form.baseline)
    count = outputs + len(trees.sizes)
    builder = ModelBuilder(
        threshold_type="float64",
        leaf_output_type="float64",
        metadata=Metadata(
            num_feature=sum(map(compiled.width, form.inputs)),
            task_type="kRegressor" if outputs == 1 else "kMultiClf",
            average_tree_output=False,
            num_target=1,
            num_class=[outputs],
            leaf_vector_shape=(1, 1),
        ),
        tree_annotation=TreeAnnotation(
            num_tree=count, target_id=[0] * count, class_id=[tree % outputs for tree in range(count)]
        ),
        postprocessor=PostProcessorFunc(name="identity" if outputs == 1 else "identity_multiclass"),
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
