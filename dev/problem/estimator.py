"""The model: categories as smoothed target means, then histogram gradient boosting."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import TargetEncoder

from dev.problem.params import ModelParams
from shared.problem.features import CATEGORICAL, NUMERIC

STEPS = 5
FEWER = 3
"""The models that measure what is usual have a third of the trees, and three times the learning rate."""


def build(params: ModelParams) -> Pipeline:
    """An unfitted pipeline from the columns of `shared.problem.features` to a probability."""
    folds = StratifiedKFold(5, shuffle=True, random_state=params.seed)
    columns = ColumnTransformer(
        [
            ("categorical", TargetEncoder(cv=folds), list(CATEGORICAL)),
            ("numeric", "passthrough", list(NUMERIC)),
        ],
        verbose_feature_names_out=False,
    )
    model = HistGradientBoostingClassifier(
        learning_rate=params.learning_rate,
        max_iter=params.max_iter,
        min_samples_leaf=params.min_samples_leaf,
        l2_regularization=params.l2_regularization,
        early_stopping=False,
        categorical_features=None,
        random_state=params.seed,
    )
    return Pipeline([("columns", columns), ("model", model)])


def cheaper(params: ModelParams) -> ModelParams:
    """Parameters of a model that is nearly as good, and fitted in a third of the time."""
    return replace(params, max_iter=max(params.max_iter // FEWER, 1), learning_rate=params.learning_rate * FEWER)


def fit(
    params: ModelParams,
    table: pd.DataFrame,
    late: npt.NDArray[np.bool_],
    progress: Callable[[int, int], None],
) -> Pipeline:
    """Fit a pipeline, and report to `progress` (trees so far, trees in all) along the way.

    Fitting in steps gives the same model as fitting at once.

    Args:
        table: shape (n, columns of `shared.problem.features`).
        late: shape (n,).
    """
    pipeline = build(params)
    model = pipeline.named_steps["model"]
    encoded = pipeline[:-1].fit_transform(table, late)
    model.set_params(warm_start=True)
    for step in range(1, STEPS + 1):
        trees = -(-params.max_iter * step // STEPS)  # rounded up, so at least 1
        model.set_params(max_iter=trees).fit(encoded, late)
        progress(trees, params.max_iter)
    model.set_params(warm_start=False)
    model._bin_mapper.n_threads = 1  # else the file would depend on the cores of this machine
    return pipeline
