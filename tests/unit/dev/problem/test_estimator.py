"""The pipeline: fitted in steps it is the model that fitting at once gives."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from dev.prepare import prepare
from dev.problem import collect, estimator
from shared import artifact
from shared.columns import frame
from shared.settings import Settings
from tests.unit.tiny import PARAMS


@pytest.fixture(scope="module")
def data(trained: Settings) -> tuple[pd.DataFrame, npt.NDArray[np.bool_]]:
    """Features and labels of the tiny year."""
    prepared = prepare(trained.data / collect.NAME, 0.0)
    return frame(prepared.rows), prepared.truths


def test_steps_give_the_same_file_as_one_fit(data: tuple[pd.DataFrame, npt.NDArray[np.bool_]]) -> None:
    """Byte for byte."""
    once = estimator.build(PARAMS.model).fit(*data)
    once.named_steps["model"]._bin_mapper.n_threads = 1
    once.named_steps["model"].set_params(warm_start=False)
    stepwise = estimator.fit(PARAMS.model, *data, lambda *_: None)
    assert artifact.dumps(stepwise) == artifact.dumps(once)


@pytest.mark.parametrize("trees", [1, 7, 10])
def test_progress_ends_at_all_trees(data: tuple[pd.DataFrame, npt.NDArray[np.bool_]], trees: int) -> None:
    """Also where the number of trees is not a multiple of the steps."""
    reported: list[tuple[int, int]] = []
    fitted = estimator.fit(replace(PARAMS.model, max_iter=trees), *data, lambda *progress: reported.append(progress))
    assert reported[-1] == (trees, trees)
    assert fitted.named_steps["model"].n_iter_ == trees
    assert reported == sorted(reported)


def test_another_seed_is_another_model(data: tuple[pd.DataFrame, npt.NDArray[np.bool_]]) -> None:
    """The seed reaches the folds of the target encoding."""
    one, other = (estimator.fit(replace(PARAMS.model, seed=seed), *data, lambda *_: None) for seed in (0, 1))
    assert artifact.dumps(one) != artifact.dumps(other)


def test_an_unseen_category_gets_the_mean(data: tuple[pd.DataFrame, npt.NDArray[np.bool_]]) -> None:
    """A carrier never seen is neither an error nor taken for one that was."""
    table, late = data
    fitted = estimator.fit(PARAMS.model, table, late, lambda *_: None)
    encoded = fitted[:-1].transform(table.iloc[:1].assign(carrier="ZZ"))
    assert np.ravel(encoded)[0] == pytest.approx(late.mean())
