"""Alive and ready are two questions."""

from collections.abc import Iterator

import pytest

from prod.drain import draining
from shared.artifact import Model
from tests.unit.prod.conftest import Client


@pytest.fixture
def draining_worker() -> Iterator[None]:
    """A worker that was asked to stop."""
    draining.set()
    yield
    draining.clear()


def test_a_worker_is_alive_and_ready(client: Client, model: Model) -> None:
    """Readiness names the model."""
    assert client.get("/health").json == {"status": "alive"}
    assert client.get("/ready").json == {
        "status": "ready",
        "model_version": model.passport.version,
        "guard": "passed",
    }


@pytest.mark.usefixtures("draining_worker")
def test_a_draining_worker_is_alive_but_not_ready(client: Client) -> None:
    """Balancers turn away, and nobody restarts it; requests are still answered."""
    response = client.get("/ready")
    assert (response.status_code, response.json["status"]) == (503, "draining")
    assert client.get("/health").status_code == 200
    assert client.get("/contract").status_code == 200
