"""Alive and ready are two questions."""

from collections.abc import Iterator

import pytest

from prod import worker
from shared.artifact import Model
from tests.unit.prod.conftest import Client


@pytest.fixture
def draining() -> Iterator[None]:
    """A worker that has been told to stop."""
    worker.draining.set()
    yield
    worker.draining.clear()


def test_a_worker_is_alive_and_ready(client: Client, model: Model) -> None:
    """Readiness names the model."""
    assert client.get("/health").json == {"status": "alive"}
    assert client.get("/ready").json == {"status": "ready", "model_version": model.passport.version}


@pytest.mark.usefixtures("draining")
def test_a_draining_worker_is_alive_but_not_ready(client: Client) -> None:
    """Balancers turn away, and nobody restarts it; requests are still answered."""
    response = client.get("/ready")
    assert (response.status_code, response.json["status"]) == (503, "draining")
    assert client.get("/health").status_code == 200
    assert client.get("/contract").status_code == 200
