"""Trees are looked at before anybody walks them."""

import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier

from shared import trees
from shared.artifact import Model

TABLE = np.random.default_rng(0).random((300, 3))
TABLE[:, 0] = np.floor(TABLE[:, 0] * 5)
LATE = TABLE[:, 0] + TABLE[:, 1] > 2
BOOSTED = HistGradientBoostingClassifier(max_iter=3, categorical_features=[0]).fit(TABLE, LATE)
FOREST = RandomForestClassifier(3, random_state=0).fit(TABLE, LATE)


def test_trees_of_training_are_let_through(model: Model) -> None:
    """The product's, one with categories, and a forest's."""
    for fitted in (model.pipeline, BOOSTED, FOREST):
        trees.check(fitted)
        assert list(trees._trees(fitted))


def cycle(nodes: Any) -> None:
    """The last parent leads back to the root: a walk would never end."""
    parent = np.flatnonzero(nodes["is_leaf"] == 0)[-1]
    nodes["left"][parent] = 0


def itself(nodes: Any) -> None:
    """A node is its own child."""
    nodes["right"][0] = 0


def outside(nodes: Any) -> None:
    """A child beyond the last node, by more than an int32 holds."""
    nodes["left"][0] = 2**31


def column(nodes: Any) -> None:
    """A column that the table does not have."""
    nodes["feature_idx"][0] = 3


def negative(nodes: Any) -> None:
    """A column before the first."""
    nodes["feature_idx"][0] = -1


def bits(nodes: Any) -> None:
    """A set of categories that is not there."""
    nodes["is_categorical"][0] = 1
    nodes["bitset_idx"][0] = 99


def threshold(nodes: Any) -> None:
    """A threshold that nothing can be compared with."""
    nodes["is_categorical"][0] = 0
    nodes["num_threshold"][0] = np.nan


def value(nodes: Any) -> None:
    """A leaf whose answer is no number."""
    nodes["value"][-1] = np.inf


@pytest.mark.parametrize("change", [cycle, itself, outside, column, negative, bits, threshold, value])
def test_a_tree_that_cannot_be_walked_is_refused(change: Callable[[Any], None]) -> None:
    """Each with the tree's number and what is wrong with it."""
    broken = pickle.loads(pickle.dumps(BOOSTED))  # noqa: S301 (our own)
    change(broken._predictors[1][0].nodes)
    with pytest.raises(ValueError, match=r"^tree \d+: "):
        trees.check(broken)


def test_a_tree_of_another_form_is_refused() -> None:
    """Compiled code takes the columns of nodes by their place."""
    broken = pickle.loads(pickle.dumps(BOOSTED))  # noqa: S301
    broken._predictors[0][0].nodes = np.zeros(3)
    with pytest.raises(ValueError, match="not those of a tree"):
        trees.check(broken)


@pytest.mark.parametrize(("name", "number"), [("left_child", 0), ("right_child", 10**6), ("feature", 3)])
def test_a_forest_that_cannot_be_walked_is_refused(name: str, number: int) -> None:
    """The same for `sklearn.tree`."""
    broken = pickle.loads(pickle.dumps(FOREST))  # noqa: S301
    tree = broken.estimators_[1].tree_
    state = tree.__getstate__()
    state["nodes"][name][0] = number
    tree.__setstate__(state)
    with pytest.raises(ValueError, match=r"^tree \d+: "):
        trees.check(broken)
