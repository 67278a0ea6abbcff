"""Each scenario, stage by stage: run for real, caught, fixed."""

import dataclasses
from collections.abc import Callable

import pytest

from tests.lab import scenario
from tests.lab.stages import Run


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each stage of each scenario."""
    scenarios = scenario.everything()
    sample = scenario.sample(scenarios)
    groups: dict[str, str] = {}  # a worker takes all that have the same baseline, one after another
    cases = []
    for each in scenarios:
        group = groups.setdefault(each.baseline or each.name, each.name)
        marks = [pytest.mark.xdist_group(group), *([pytest.mark.sample] if each in sample else [])]
        cases += [pytest.param(each, stage, id=f"{each.name}-{stage}", marks=marks) for stage in each.stages]
    metafunc.parametrize(("run", "stage"), cases, indirect=["run"], scope="module")


def test_scenario(run: Run, stage: str, record_property: Callable[[str, object], None]) -> None:
    """A stage holds: the break is shown, is caught where the scenario says, and is mended by its fix."""
    outcome = run.do(stage)
    record_property("outcome", {"scenario": run.scenario.name, **dataclasses.asdict(outcome)})
    assert outcome.holds, outcome.evidence
