"""The command lines that the README and the stories give show the break, typed as they are written."""

import os
import re
import subprocess
import uuid
from pathlib import Path

import pytest

from tests.lab import assets, catalog
from tests.lab.sandbox import ROOT, sandbox
from tests.lab.scenario import Scenario
from tests.scenarios.conftest import skip_unless_possible

BREAKS = [scenario for scenario in catalog.scenarios() if not scenario.control]


@pytest.mark.parametrize("scenario", BREAKS, ids=lambda scenario: scenario.name)
def test_by_hand(scenario: Scenario) -> None:
    """The client reports the harm, or prod does not start, and the command fails."""
    skip_unless_possible(scenario)
    output = typed(scenario)
    assert re.search(r"\| symptom: |exited with code [1-9]", output), output[-2000:]


@pytest.mark.sample
def test_your_prod_survives(tmp_path: Path) -> None:
    """A prod in the Compose project that the shell or .env names runs on in the same container, and answers."""
    (scenario,) = catalog.select(["column-renamed"])
    skip_unless_possible(scenario)
    with sandbox(tmp_path, assets.MODEL.parent) as box, box.prod() as prod:
        before = prod.container
        output = typed(scenario, COMPOSE_PROJECT_NAME=f"{box.name}-prod")
        assert "| symptom: " in output
        assert prod.container == before
        with prod.client() as client:
            assert client.get("/ready").is_success


def typed(scenario: Scenario, **variables: str) -> str:
    """What the command line of a break prints; it must fail, and what it started is removed."""
    own = f"{scenario.project}-{uuid.uuid4().hex[:8]}"  # another run of the tests may be at the same scenario
    try:
        done = _shell(scenario.by_hand().replace(f"-p {scenario.project} ", f"-p {own} "), variables)
    finally:
        _shell(scenario.by_hand_down().replace(f"-p {scenario.project} ", f"-p {own} "), variables)
    assert done.returncode != 0, done.stdout[-2000:]
    return done.stdout


def _shell(line: str, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = ["bash", "-c", line]
    environment = {**os.environ, **variables}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    return subprocess.run(command, cwd=ROOT, env=environment, text=True, timeout=120, **pipes)
