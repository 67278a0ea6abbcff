"""Scenarios as tests: one test for each stage of each scenario."""

from collections.abc import Iterator

import pytest

from tests.lab import assets
from tests.lab.baselines import Baselines
from tests.lab.scenario import Scenario
from tests.lab.stages import Run


@pytest.fixture(scope="session")
def baselines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Baselines]:
    """The prods that scenarios share."""
    made = Baselines(tmp_path_factory.mktemp("lab"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def run(request: pytest.FixtureRequest, baselines: Baselines) -> Iterator[Run]:
    """A scenario in progress."""
    scenario: Scenario = request.param
    skip_unless_possible(scenario)
    made = Run(scenario, baselines)
    yield made
    made.close()


def skip_unless_possible(scenario: Scenario) -> None:
    """Skip what this machine cannot show; end where the lab lacks something."""
    if reason := scenario.unavailable():
        pytest.skip(reason)
    if reason := assets.missing([scenario]):
        pytest.exit(f"{reason}; type: make lab", 2)
