"""Derive a compiled scorer from a fitted pipeline: nothing of a model is ever written by hand.

It can be done for histogram gradient boosting behind a `ColumnTransformer` of target encoders and columns that pass
through. Any other pipeline is served as it is.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, TargetEncoder

from shared import golden, leaves, scorer
from shared.columns import features
from shared.compiled import NAME, Category, Form, Number, Trees, read, write
from shared.golden import Golden
from shared.problem.target import TARGET
from shared.scorer import CompiledScorer, PipelineScorer
from shared.target import Binary, Multiclass
from shared.window import Column

LINKS = {
    "log_loss": "",
    "squared_error": "identity",
    "absolute_error": "identity",
    "quantile": "identity",
    "poisson": "exponential",
    "gamma": "exponential",
}
"""What is made of the sum of the trees, by loss; classes decide for the first."""


ROWS = 20_000
"""Drawn to prove that a compiled scorer equals its pipeline."""


class CompileError(ValueError):
    """The pipeline has a part that cannot be compiled."""


def proven(pipeline: Pipeline, recorded: Golden, seen: Mapping[str, Column]) -> tuple[dict[str, bytes], str]:
    """The compiled form, if it gives the pipeline's answers to the golden requests and on rows drawn from its columns.

    Args:
        seen: the columns in training.

    Returns:
        the file by its name, none if it is refused; and what was found, as text.
    """
    try:
        form = compiled(pipeline)
        # As it will be read, not as it is.
        fast = CompiledScorer(read(write(form)))
        golden.replay(lambda rows: fast.scores(features(rows)), recorded)
    except (CompileError, golden.ReplayError) as error:
        return {}, f"nothing, requests are answered by the pipeline: {error}"
    apart = scorer.apart(fast, PipelineScorer(pipeline), scorer.draw(form, seen, ROWS))
    if not apart <= recorded.noise_floor:
        return (
            {},
            f"nothing, requests are answered by the pipeline: scores are {apart:.1e} apart on {ROWS:,} rows drawn",
        )
    return {NAME: write(form)}, f"{len(form.trees.sizes):,} trees; {apart:.1e} from the pipeline on {ROWS:,} rows drawn"


def compiled(pipeline: Pipeline) -> Form:
    """The same model in a plain form.

    Raises:
        CompileError: a part of it has no such form.
    """
    if len(pipeline.steps) != 2:
        raise CompileError(f"expected columns and a model, got {len(pipeline.steps)} steps")
    columns, model = pipeline[0], pipeline[1]
    if not isinstance(model, (HistGradientBoostingClassifier, HistGradientBoostingRegressor)):
        raise CompileError(f"{type(model).__name__} is not histogram gradient boosting")
    if model._preprocessor is not None or model.loss not in LINKS:
        raise CompileError("the model treats categories itself" if model._preprocessor else f"loss {model.loss}")
    baseline = model._baseline_prediction.ravel().tolist()
    link: Any = LINKS[model.loss] or ("softmax" if len(baseline) > 1 else "sigmoid")
    form = Form(1, list(_inputs(columns)), baseline, _trees(model), link, _order(model))
    if not leaves.fits(form):
        raise CompileError(f"{len(form.trees.sizes):,} trees have too many leaves to be looked up")
    return form


def _inputs(columns: object) -> Iterator[Number | Category]:
    if not isinstance(columns, ColumnTransformer):
        raise CompileError(f"{type(columns).__name__} is not a ColumnTransformer")
    for name, part, names in columns.transformers_:
        if len(names) == 0:
            continue  # a table without categories: what would encode them is not fitted
        if isinstance(part, TargetEncoder):
            yield from _encoded(part, names)
        elif isinstance(part, FunctionTransformer) and part.func is None:
            yield from map(Number, names)
        elif part != "drop":
            raise CompileError(f"{name} is a {type(part).__name__}")


def _encoded(encoder: TargetEncoder, names: list[str]) -> Iterator[Category]:
    means = np.atleast_1d(encoder.target_mean_).tolist()
    for number, name in enumerate(names):
        of_name = encoder.encodings_[number * len(means) : (number + 1) * len(means)]
        codes = dict(zip(encoder.categories_[number].tolist(), np.transpose(of_name).tolist(), strict=True))
        missing = next((codes.pop(value) for value in [*codes] if value is None or value != value), means)
        if not all(isinstance(value, str) for value in codes):
            raise CompileError(f"categories of {name} are not text")
        yield Category(name, codes, missing, means)


def _trees(model: Any) -> Trees:
    parts = [tree.nodes for iteration in model._predictors for tree in iteration]
    nodes = np.concatenate(parts)
    if nodes["is_categorical"].any():
        raise CompileError("the model treats categories itself")
    leaf = nodes["is_leaf"].astype(bool)
    thresholds = np.where(leaf, 0.0, nodes["num_threshold"])
    return Trees(
        sizes=[len(part) for part in parts],
        column=np.where(leaf, 0, nodes["feature_idx"]).tolist(),
        threshold=[None if threshold == np.inf else threshold for threshold in thresholds.tolist()],
        missing_left=(~leaf & nodes["missing_go_to_left"].astype(bool)).tolist(),
        left=np.where(leaf, 0, nodes["left"]).tolist(),
        right=np.where(leaf, 0, nodes["right"]).tolist(),
        value=np.where(leaf, nodes["value"], 0.0).tolist(),
    )


def _order(model: Any) -> list[int]:
    if isinstance(TARGET, Multiclass):
        return [list(model.classes_).index(each) for each in TARGET.classes]
    if isinstance(TARGET, Binary) and list(model.classes_) != [False, True]:
        raise CompileError(f"classes {list(model.classes_)} are not False and True")
    return [0]
