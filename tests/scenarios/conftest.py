"""Scenarios as tests: one test for each stage of each scenario."""

from collections.abc import Iterator

import pytest

from tests.lab import assets, scenario
from tests.lab.known import Shared
from tests.lab.stages import Run


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    """What scenarios have in common."""
    reason = assets.ready()
    if reason:
        pytest.exit(f"{reason}; type: make lab", 2)
    made = Shared(tmp_path_factory.mktemp("lab"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def run(request: pytest.FixtureRequest, shared: Shared) -> Iterator[Run]:
    """A scenario in progress."""
    chosen: scenario.Scenario = request.param
    if reason := chosen.unavailable():
        pytest.skip(reason)
    made = Run(chosen, shared)
    yield made
    made.close()
