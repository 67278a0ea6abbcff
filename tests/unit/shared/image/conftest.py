"""A `docker` that answers by a script and writes down what it was asked."""

import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.image import base, checkout, clean, remove, settings

INFO = {
    "ServerVersion": "20.10.24+dfsg1",
    "Architecture": "x86_64",
    "SecurityOptions": ["name=seccomp,profile=default"],
    "DockerRootDir": "/nowhere",
    "ClientInfo": {"Plugins": [{"Name": "compose", "Version": "v2.26.1"}, {"Name": "buildx", "Version": "0.13.1"}]},
}


class FakeDocker:
    """Answers by the first line of `cases` (a shell pattern, what to do) that fits its arguments."""

    def __init__(self, folder: Path) -> None:
        self._log = folder / "docker.log"
        self._script = folder / "docker"

    def answers(self, **cases: str) -> None:
        """Each case is named by the first argument and holds shell code."""
        arms = "".join(f"{name}) {code} ;;\n" for name, code in cases.items())
        self._script.write_text(f'#!/bin/sh\necho "$*" >> {self._log}\ncase "$1" in\n{arms}*) exit 99 ;;\nesac\n')
        self._script.chmod(self._script.stat().st_mode | stat.S_IXUSR)

    def asked(self) -> list[str]:
        """Every command line so far."""
        return self._log.read_text().splitlines() if self._log.exists() else []


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty checkout, whose name is `own`, instead of this one."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    for module in (checkout, clean, remove, settings):
        monkeypatch.setattr(module, "ROOT", folder)
    monkeypatch.setattr(checkout, "CACHE", folder / ".cache")
    monkeypatch.setattr(base, "RECORDS", folder / ".cache" / "bases")
    monkeypatch.setattr(checkout, "own_name", lambda folder: "own")
    monkeypatch.delenv("COMPOSE_PROJECT_NAME", raising=False)
    monkeypatch.delenv("PARITY_ARTIFACTS", raising=False)
    return folder


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeDocker:
    """A fake `docker`, before the real one on PATH; plugins would land in a temporary folder."""
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("DOCKER_CONFIG", f"{tmp_path}/config")
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    return FakeDocker(tmp_path)


@pytest.fixture
def info() -> Callable[..., str]:
    """Shell code that prints `docker info` with some of it changed."""

    def code(**changes: object) -> str:
        return f"cat <<'END'\n{json.dumps({**INFO, **changes})}\nEND\n"

    return code
