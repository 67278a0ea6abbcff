"""Whether the trees of a fitted pipeline can be walked: compiled code follows their indices without a look.

skops checks types, not content: nodes that point outside crash the process that predicts, and a
cycle never ends. scikit-learn numbers a child after its parent, so no walk can come back.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.ensemble._hist_gradient_boosting.common import PREDICTOR_RECORD_DTYPE
from sklearn.ensemble._hist_gradient_boosting.predictor import TreePredictor
from sklearn.tree._tree import NODE_DTYPE, Tree

LEAF = -1
"""Child of a leaf of `sklearn.tree`."""
MAX_OBJECTS = 1_000_000


def check(pipeline: object) -> None:
    """Look at each tree in it.

    Raises:
        ValueError: a tree is not one that scikit-learn grows.
    """
    for number, (tree, features) in enumerate(_trees(pipeline)):
        problem = (_of_boosting if isinstance(tree, TreePredictor) else _of_forest)(tree, features)
        if problem:
            raise ValueError(f"tree {number}: {problem}")


def _of_boosting(tree: TreePredictor, features: int | None) -> str:
    nodes = tree.nodes
    if not isinstance(nodes, np.ndarray) or nodes.dtype != PREDICTOR_RECORD_DTYPE or nodes.ndim != 1:
        return f"nodes are {getattr(nodes, 'dtype', type(nodes).__name__)}, not those of a tree"
    inner = np.flatnonzero(nodes["is_leaf"] == 0)
    problem = _walk(inner, nodes["left"][inner], nodes["right"][inner], len(nodes))
    if problem:
        return problem
    categorical = nodes["is_categorical"][inner].astype(bool)
    bitsets = nodes["bitset_idx"][inner][categorical]
    for known in (tree.raw_left_cat_bitsets, tree.binned_left_cat_bitsets):
        if not isinstance(known, np.ndarray) or known.dtype != np.uint32 or known.ndim != 2 or known.shape[1] != 8:
            return "bit sets of categories have another form"
        if (bitsets >= len(known)).any():
            return "a node names a bit set that is not there"
    return (
        _columns(nodes["feature_idx"][inner], features)
        or _numbers("threshold", nodes["num_threshold"][inner][~categorical], infinite=True)
        or _numbers("value", nodes["value"])
    )


def _of_forest(tree: Tree, features: int | None) -> str:
    state = tree.__getstate__()
    nodes, values = state["nodes"], state["values"]
    if nodes.dtype != NODE_DTYPE or len(values) != len(nodes):
        return "nodes are not those of a tree"
    inner = np.flatnonzero(nodes["left_child"] != LEAF)
    return (
        _walk(inner, nodes["left_child"][inner], nodes["right_child"][inner], len(nodes))
        or _columns(nodes["feature"][inner], tree.n_features if features is None else min(features, tree.n_features))
        or _numbers("threshold", nodes["threshold"][inner])
        or _numbers("value", values)
    )


def _walk(parents: npt.NDArray[Any], left: npt.NDArray[Any], right: npt.NDArray[Any], count: int) -> str:
    if not count:
        return "there are no nodes"
    for child in (left, right):
        # uint32 in boosting: compared as int64, so that nothing wraps around.
        wrong = (child.astype(np.int64) <= parents) | (child.astype(np.int64) >= count)
        if wrong.any():
            worst = int(np.flatnonzero(wrong)[0])
            return f"node {parents[worst]} leads to node {child[worst]}, of {count}"
    return ""


def _columns(used: npt.NDArray[Any], count: int | None) -> str:
    if count is None or not len(used):
        return ""
    worst = int(used.max() if used.min() >= 0 else used.min())
    return "" if 0 <= worst < count else f"a node asks for column {worst}, of {count}"


def _numbers(name: str, values: npt.NDArray[Any], infinite: bool = False) -> str:
    wrong = np.isnan(values) if infinite else ~np.isfinite(values)
    return f"a {name} is {values[wrong].flat[0]}" if wrong.any() else ""


def _trees(root: object) -> Iterator[tuple[Any, int | None]]:
    """Every tree among the attributes and elements of an object, with the number of columns it may ask for."""
    waiting: list[tuple[object, int | None]] = [(root, None)]
    seen: set[int] = set()
    while waiting:
        found, features = waiting.pop()
        if id(found) in seen or isinstance(found, (str, bytes, int, float, type(None))):
            continue
        seen.add(id(found))
        if len(seen) > MAX_OBJECTS:
            raise ValueError(f"more than {MAX_OBJECTS:,} objects")
        if isinstance(found, (TreePredictor, Tree)):
            yield found, features
        elif isinstance(found, dict):
            waiting += [(value, features) for value in found.values()]
        elif isinstance(found, (list, tuple, set)) or (isinstance(found, np.ndarray) and found.dtype == object):
            waiting += [(value, features) for value in found]
        elif hasattr(found, "__dict__"):
            counts = [getattr(found, name, None) for name in ("n_features_in_", "_n_features", "n_features")]
            features = min((count for count in counts if isinstance(count, int)), default=features)
            waiting += [(value, features) for value in vars(found).values()]
