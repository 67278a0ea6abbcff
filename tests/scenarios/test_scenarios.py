"""Each scenario, stage by stage: run for real, caught, fixed."""

import dataclasses
from collections.abc import Callable

import pytest

from tests.lab import catalog
from tests.lab.stages import Run


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each stage of each scenario."""
    scenarios = catalog.scenarios()
    sample = catalog.sample(scenarios)
    groups: dict[str, str] = {}  # a worker takes all that have the same baseline, one after another
    cases = []
    for scenario in scenarios:
        group = groups.setdefault(scenario.baseline or scenario.name, scenario.name)
        marks = [pytest.mark.xdist_group(group), *([pytest.mark.sample] if scenario in sample else [])]
        for stage in scenario.stages:
            cases.append(pytest.param(scenario, stage, id=f"{scenario.name}-{stage}", marks=marks))
    metafunc.parametrize(("run", "stage"), cases, indirect=["run"], scope="module")


def test_scenario(run: Run, stage: str, record_property: Callable[[str, object], None]) -> None:
    """A stage holds: the break is shown, is caught where the scenario says, and is fixed by its fix."""
    outcome = run.do(stage)
    record_property("outcome", dataclasses.asdict(outcome))
    assert outcome.holds, outcome.evidence
