"""One model per service at any time: the one that the master examined."""

import shutil
import time
from collections.abc import Callable, Iterator

import docker
import pytest

from tests.integration.support.models import publish, twin
from tests.lab.sandbox import Prod, Sandbox

PATIENCE_SECONDS = 90
KILL_A_WORKER = """
import os
os.kill(int(open("/proc/1/task/1/children").read().split()[0]), 9)
"""


@pytest.fixture
def running(copied: Sandbox) -> Iterator[Prod]:
    """A prod that serves a copy of the model."""
    with copied.prod() as prod:
        yield prod


def named(prod: Prod) -> set[tuple[str, str]]:
    """Versions that `/ready` and `/model` name, asked over many connections."""
    with prod.client() as client:
        fresh = {"Connection": "close"}
        ready = [client.get("/ready", headers=fresh).json() for _ in range(10)]
        models = [client.get("/model", headers=fresh).json() for _ in range(10)]
    assert {each["guard"] for each in ready} == {each["guard"]["outcome"] for each in models} == {"passed"}
    return {(one["model_version"], other["guard"]["model_version"]) for one, other in zip(ready, models, strict=True)}


def until(true: Callable[[], bool]) -> None:
    """Wait for what takes seconds."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.5)


def log(engine: docker.DockerClient, prod: Prod) -> str:
    """What prod has written."""
    return engine.containers.get(prod.container).logs().decode()


def test_a_worker_that_dies_comes_back_with_the_same_model(
    copied: Sandbox, running: Prod, engine: docker.DockerClient
) -> None:
    """Whatever was published since, and though the old folder is gone; a reload switches all workers."""
    before = (copied.models / "current").readlink().name
    version = twin(copied)
    publish(copied, version)
    shutil.rmtree(copied.models / before)
    serving = log(engine, running).count("worker serves")
    engine.containers.get(running.container).exec_run(["python3", "-c", KILL_A_WORKER])
    until(lambda: log(engine, running).count("worker serves") > serving)
    assert named(running) == {(before, before)}
    engine.containers.get(running.container).kill("SIGHUP")
    until(lambda: named(running) == {(version, version)})
    assert f'"the model is switched","before":"{before}","model_version":"{version}"' in log(engine, running)


def test_a_reload_keeps_the_old_model_where_the_new_one_is_refused(
    copied: Sandbox, running: Prod, engine: docker.DockerClient
) -> None:
    """And says why, in prose."""
    before = (copied.models / "current").readlink().name
    version = twin(copied, lambda text: text.replace('"threshold": 0.', '"threshold": 0.9'))
    publish(copied, version)
    serving = log(engine, running).count("worker serves")
    engine.containers.get(running.container).kill("SIGHUP")
    until(lambda: log(engine, running).count("worker serves") == serving + 2)
    assert named(running) == {(before, before)}
    text = log(engine, running)
    assert f"\nerror: /artifacts/models/{version}/manifest.json is not what was sealed\n" in text
    assert '"the model is not switched"' in text
