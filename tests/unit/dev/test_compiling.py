"""A compiled form gives the pipeline's answers, for every kind of target; what cannot be compiled is refused."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, TargetEncoder

from dev import compiling, distribution
from dev.compiling import CompileError, compiled
from shared import compiled as module
from shared import leaves, scorer, target
from shared.artifact import Model
from shared.columns import CATEGORICAL, NUMERIC, features, table
from shared.contract import Row
from shared.leaves import Leaves
from shared.scorer import CompiledScorer, PipelineScorer, apart, draw
from tests.unit.shared.problem.test_contract import rows as row_strategy

ULP = 4 * float(np.finfo(np.float64).eps)
MULTICLASS = target.Multiclass(name="kind", classes=("early", "on time", "late"), description="how it arrives")
REGRESSION = target.Regression(name="delay", unit="minute", description="arrival delay")


def columns(rows: int = 400) -> dict[str, list[Any]]:
    """Columns of the model, at random, with missing numbers."""
    chance = np.random.default_rng(0)
    numbers = np.round(chance.normal(50, 30, (rows, len(NUMERIC))), 1)
    numbers[chance.random(numbers.shape) < 0.1] = np.nan
    texts = {name: chance.choice(["AA", "BB", "CC", "DD"], rows).tolist() for name in CATEGORICAL}
    return {**texts, **{name: [None if v != v else v for v in numbers[:, i]] for i, name in enumerate(NUMERIC)}}


def fitted(estimator: Any, truths: Any, encoder: Any = None) -> Pipeline:
    """A pipeline as the problem's, of another kind."""
    parts = [("texts", encoder or TargetEncoder(), [*CATEGORICAL]), ("numbers", "passthrough", [*NUMERIC])]
    return Pipeline([("columns", ColumnTransformer(parts)), ("model", estimator)]).fit(table(columns()), truths)


def kinds() -> dict[str, tuple[Any, Any, Any]]:
    """By name: target, estimator, truths."""
    chance = np.random.default_rng(1)
    delay = np.array([value or 0.0 for value in columns()["departure_minute"]]) + chance.normal(0, 5, 400)
    classifier, regressor = HistGradientBoostingClassifier, HistGradientBoostingRegressor
    bushy = classifier(max_iter=5, max_leaf_nodes=None, min_samples_leaf=1)
    return {
        "binary": (compiling.TARGET, classifier(max_iter=20), delay > 50),
        "64 leaves": (compiling.TARGET, classifier(max_iter=5, max_leaf_nodes=64, min_samples_leaf=1), delay % 9 > 4),
        "more leaves": (compiling.TARGET, bushy, delay % 9 > 4),
        "multiclass": (MULTICLASS, classifier(max_iter=7), np.array(MULTICLASS.classes)[np.digitize(delay, [40, 60])]),
        "regression": (REGRESSION, regressor(max_iter=20), delay * 1e6),
        "poisson": (REGRESSION, regressor(loss="poisson", max_iter=20), np.abs(delay)),
    }


@pytest.mark.parametrize("kind", kinds())
def test_the_compiled_form_gives_the_pipelines_scores(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """On both sides of every threshold, without values, with unseen categories, alone and together."""
    wanted, estimator, truths = kinds()[kind]
    for part in (compiling, module, scorer):
        monkeypatch.setattr(part, "TARGET", wanted)
    pipeline = fitted(estimator, truths)
    form = module.read(module.write(compiled(pipeline)))
    seen = {name: distribution.describe(table(columns())[name], name in CATEGORICAL) for name in columns()}
    drawn = draw(form, seen, 5000)
    expected = PipelineScorer(pipeline).scores(drawn)
    found = CompiledScorer(form).scores(drawn)
    assert found.shape == expected.shape == (5000, len(wanted.columns))
    assert np.abs(found - expected).max() <= ULP * max(1, np.abs(expected).max())
    assert np.ptp(found, axis=0).min() > 0
    alone = {name: values[7:8] for name, values in drawn.items()}
    assert (CompiledScorer(form).scores(alone) == found[7:8]).all()


@pytest.mark.parametrize("kind", kinds())
def test_trees_say_the_same_by_bits_and_walked(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """To the last bit: each adds up the same leaves in the same order."""
    wanted, estimator, truths = kinds()[kind]
    for part in (compiling, module, scorer):
        monkeypatch.setattr(part, "TARGET", wanted)
    form = compiled(fitted(estimator, truths))
    seen = {name: distribution.describe(table(columns())[name], name in CATEGORICAL) for name in columns()}
    drawn = draw(form, seen, 1000)
    sums = Leaves(form).sums(drawn)
    assert sums.tolist() == list(walked(form, drawn))
    few = {name: values[: leaves.MANY - 1] for name, values in drawn.items()}
    assert (Leaves(form).sums(few) == sums[: leaves.MANY - 1]).all()
    assert Leaves(form).sums({name: [] for name in drawn}).shape == (0, len(form.baseline))


def walked(form: module.Form, drawn: Mapping[str, Sequence[Any]]) -> Iterator[list[float]]:
    """What trees add up to, row by row, node by node."""
    trees = form.trees
    starts = [0, *accumulate(trees.sizes)]
    for row in zip(*drawn.values(), strict=True):
        table = list(inputs(form, dict(zip(drawn, row, strict=True))))
        sums = list(form.baseline)
        for number, start in enumerate(starts[:-1]):
            node = start
            while trees.left[node]:
                value, threshold = table[trees.column[node]], trees.threshold[node]
                below = trees.missing_left[node] if value is None else threshold is None or value <= threshold
                node = start + (trees.left if below else trees.right)[node]
            sums[number % len(sums)] += trees.value[node]
        yield sums


def inputs(form: module.Form, row: Mapping[str, Any]) -> Iterator[float | None]:
    """What trees compare of a row."""
    for each in form.inputs:
        value = row[each.column]
        if isinstance(each, module.Category):
            yield from each.missing if value is None else each.codes.get(value, each.unknown)
        else:
            yield value


def test_trees_have_as_many_words_as_they_need() -> None:
    """Of 64 bits, one for each leaf."""
    for name, words in (("64 leaves", 1), ("more leaves", 2)):
        _, estimator, truths = kinds()[name]
        form = compiled(fitted(estimator, truths))
        assert (max(form.trees.sizes) // 2) // leaves.BITS + 1 == words


def test_trees_whose_table_is_too_large_are_not_compiled(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor evaluated, whoever wrote them."""
    form = compiled(model.pipeline)
    monkeypatch.setattr(leaves, "MOST_BYTES", 1000)
    with pytest.raises(CompileError, match="too many leaves"):
        compiled(model.pipeline)
    with pytest.raises(ValueError, match="trees of up to"):
        CompiledScorer(form)


@settings(max_examples=50, deadline=None)
@given(st.lists(row_strategy(), min_size=1, max_size=5))
def test_any_valid_request_gets_the_pipelines_scores(model: Model, valid: list[dict[str, Any]]) -> None:
    """Whatever keeps the contract is answered the same by both."""
    asked = features(msgspec.convert(valid, list[Row]))
    assert apart(CompiledScorer(compiled(model.pipeline)), PipelineScorer(model.pipeline), asked) <= ULP


def test_equal_pipelines_are_equal_files(model: Model) -> None:
    """Training twice gives the same bytes."""
    assert module.write(compiled(model.pipeline)) == module.write(compiled(model.pipeline))


@pytest.mark.parametrize(
    ("estimator", "encoder", "why"),
    [
        (LogisticRegression(), None, "LogisticRegression is not"),
        (HistGradientBoostingClassifier(max_iter=2), OneHotEncoder(sparse_output=False), "texts is a OneHotEncoder"),
        (HistGradientBoostingClassifier(max_iter=2, categorical_features=[0]), None, "treats categories itself"),
    ],
)
def test_what_cannot_be_compiled_says_why(estimator: Any, encoder: Any, why: str) -> None:
    """Another estimator, encoder or kind of split has no compiled form."""
    if isinstance(estimator, LogisticRegression):
        pipeline = fitted(HistGradientBoostingClassifier(max_iter=2), kinds()["binary"][2])
        pipeline.steps[1] = ("model", estimator)
    else:
        pipeline = fitted(estimator, kinds()["binary"][2], encoder)
    with pytest.raises(CompileError, match=why):
        compiled(pipeline)
