"""A year of the made-up world, what is usual in it, and a model that has learned from it."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from dev.distribution import describe
from dev.monitor.judge import Window
from dev.problem import estimator
from dev.usual.statistics import Profile, ScoredRows, statistics
from dev.usual.training import Usual, dumps, loads, usual
from shared.columns import CATEGORICAL
from shared.problem.target import TARGET
from tests.unit.dev.world import DAILY, PARAMS, world

Windows = Callable[[ScoredRows], list[Window]]


@pytest.fixture(scope="session")
def normal() -> Usual:
    """What is usual, as the file in a model folder tells it."""
    rows = world(120)
    return loads(dumps(usual(rows.table, rows.truths > 0, rows.times, PARAMS, DAILY)))


@pytest.fixture(scope="session")
def known(normal: Usual) -> Profile:
    """What windows of later days are compared with."""
    table = world(120).table
    columns = {str(name): describe(table[name], str(name) in CATEGORICAL) for name in table.columns}
    return Profile(columns, normal.scores, normal.relations)


@pytest.fixture(scope="session")
def windows(known: Profile) -> Windows:
    """From rows to a window for each day, with the model's answers."""
    learned = world(120)
    fitted = estimator.fit(estimator.cheaper(PARAMS), learned.table, learned.truths > 0, lambda *_: None)

    def made(rows: ScoredRows) -> list[Window]:
        answered = replace(rows, scores=TARGET.scores(fitted, rows.table)) if len(rows) else rows
        days = [answered[at : at + DAILY] for at in range(0, len(rows), DAILY)]
        return [Window("", "", float(np.median(each.times)), statistics(each, known)) for each in days]

    return made
