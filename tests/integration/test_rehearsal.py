"""`make prod REPLAY=1`: another prod is asked first, and what serves goes on unless that keeps to the model."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docker
import pytest

from tests.integration.support.gate import sealed
from tests.integration.support.models import publish, twin
from tests.lab.sandbox import ROOT, Prod, Sandbox


@pytest.fixture
def running(copied: Sandbox, behind_proxy: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Prod]:
    """A prod that serves, at a company whose proxies are in every container."""
    monkeypatch.setenv("DOCKER_CONFIG", str(behind_proxy))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with copied.prod() as prod:
        yield prod


def up(sandbox: Sandbox, **variables: str) -> subprocess.CompletedProcess[str]:
    """Type what `make prod REPLAY=1` does, for the sandbox's prod."""
    return typed(sandbox, "up", "--replay", **variables)


def typed(sandbox: Sandbox, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the image's tools, for the sandbox's prod."""
    own = {"COMPOSE_PROJECT_NAME": f"{sandbox.name}-prod", "PARITY_ARTIFACTS": str(sandbox.folder / "artifacts")}
    command = [sys.executable, "-m", "shared.image", *words]
    environment = {**os.environ, **own, "PARITY_PORT": "0", "PARITY_RESTART": "no", **variables}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)


def rehearsals(engine: docker.DockerClient, sandbox: Sandbox) -> list[dict[str, Any]]:
    """Their containers."""
    named = {"name": f"{sandbox.name}-prod-rehearsal-"}
    return engine.api.containers(all=True, filters=named)  # without a look at each, which may be gone by then


def test_a_prod_that_keeps_to_its_model_is_let_in(copied: Sandbox, running: Prod, engine: docker.DockerClient) -> None:
    """Everything is tried before, also a restart and another time; of the rehearsal nothing stays, nor in the log."""
    done = up(copied)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == running.url
    assert "replay: at another time" in done.stderr
    assert "PARITY: model" in done.stderr
    assert not rehearsals(engine, copied)
    assert not list((copied.folder / "artifacts" / "predictions").iterdir())


def test_one_that_does_not_is_kept_out(copied: Sandbox, running: Prod, engine: docker.DockerClient) -> None:
    """It is not guarded, so it starts, and answers what its passport does not say: 1, and the old one serves."""
    manifest = copied.models / "current" / "manifest.json"
    passport = json.loads(manifest.read_text())
    passport["golden"]["scores"][0][0] += 0.01
    sealed(manifest.parent, json.dumps(passport))
    before = running.container
    done = up(copied, PARITY_GUARD="off")
    assert done.returncode == 1, done.stderr
    assert done.stdout == ""
    assert "BROKEN: model" in done.stderr
    assert "what served before still does" in done.stderr
    assert running.container == before
    with running.client() as client:
        assert client.get("/ready").status_code == 200
    assert not rehearsals(engine, copied)


def test_one_that_does_not_start_is_kept_out(copied: Sandbox, running: Prod, engine: docker.DockerClient) -> None:
    """The guard refuses it, and says why."""
    manifest = copied.models / "current" / "manifest.json"
    sealed(manifest.parent, manifest.read_text()[:-1000])
    done = up(copied)
    assert done.returncode == 2, done.stderr
    assert "error: prod does not start: " in done.stderr
    assert "is damaged" in done.stderr
    with running.client() as client:
        assert client.get("/ready").status_code == 200
    assert not rehearsals(engine, copied)


def test_what_is_published_is_what_serves(copied: Sandbox, running: Prod) -> None:
    """In the container that runs, which says from which to which; and a model that is refused leaves the old one."""
    first = current(copied)
    other = twin(copied)
    container = running.container
    published = typed(copied, "publish", "--", other)
    assert published.returncode == 0, published.stderr
    assert f"prod: serves {other}, before it {first}" in published.stderr
    assert versions(running) == {other}
    assert current(copied) == other
    damaged = copied.models / first / "model.skops"
    damaged.write_bytes(damaged.read_bytes()[:-1])
    publish(copied, first)
    refused = typed(copied, "up")
    assert refused.returncode == 2, refused.stderr
    assert f"prod goes on serving {other}" in refused.stderr
    assert "is damaged" in refused.stderr
    assert versions(running) == {other}
    assert running.container == container


def test_it_is_asked_past_a_proxy(copied: Sandbox, running: Prod) -> None:
    """`make predict`, in a shell whose proxy has no way to this machine."""
    own = {"COMPOSE_PROJECT_NAME": f"{copied.name}-prod"}
    command = ["make", "--old-file=ready", "predict"]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **own}, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert current(copied) in done.stdout


def versions(prod: Prod) -> set[str]:
    """That workers answer with, over many connections."""
    found = set()
    for _ in range(20):
        with prod.client() as client:
            found.add(client.get("/model").json()["version"])
    return found


def current(sandbox: Sandbox) -> str:
    """Version of the current model."""
    return (sandbox.models / "current").readlink().name
