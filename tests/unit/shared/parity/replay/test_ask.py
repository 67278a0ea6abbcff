"""Asking a server that ends meanwhile."""

from typing import Any

import pytest

from shared.parity.sources import docker
from shared.parity.sources.environment import Beside

RUNNING: dict[str, Any] = {"State": {"Running": True, "ExitCode": 0}}
EXITED: dict[str, Any] = {"State": {"Running": False, "ExitCode": 1}}


def test_an_end_that_the_engine_notes_late_is_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends the programs beside a container first."""
    states = iter([RUNNING, RUNNING, EXITED])
    monkeypatch.setattr(docker, "inspected", lambda kind, name: next(states))
    monkeypatch.setattr(docker, "run", lambda *words: "Traceback\nno model\n")
    assert Beside("container", "rent").ended(within=10) == "it ended with exit code 1: no model"


def test_a_server_that_runs_has_not_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long it is waited for."""
    monkeypatch.setattr(docker, "inspected", lambda kind, name: RUNNING)
    assert Beside("container", "rent").ended() is None
    assert Beside("container", "rent").ended(within=0.05) is None
