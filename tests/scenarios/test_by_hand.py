"""The command lines that README and the stories give show the break, typed as they stand."""

import os
import re
import subprocess
import uuid

import pytest

from tests.lab import assets, scenario
from tests.lab.sandbox import ROOT

BREAKS = [each for each in scenario.everything() if not each.control]


@pytest.mark.parametrize("chosen", BREAKS, ids=lambda each: each.name)
def test_by_hand(chosen: scenario.Scenario) -> None:
    """Its client tells the harm, or prod does not start, and the command fails."""
    if reason := assets.ready():
        pytest.exit(f"{reason}; type: make lab", 2)
    if reason := chosen.unavailable():
        pytest.skip(reason)
    project = {"COMPOSE_PROJECT_NAME": f"parity-sandbox-lab-{uuid.uuid4().hex[:8]}"}
    try:
        done = _shell(chosen.by_hand(), project)
    finally:
        _shell(re.sub(r" up .*", " down --volumes --timeout 0", chosen.by_hand()), project)
    said = done.stdout + done.stderr
    assert done.returncode != 0, said[-2000:]
    assert re.search(r"\| symptom: |exited with code [1-9]", said), said[-2000:]


def _shell(line: str, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **variables}
    return subprocess.run(["bash", "-c", line], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
