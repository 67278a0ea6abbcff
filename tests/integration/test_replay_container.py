"""Replay with hold of the container: after a restart, and at another time."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import docker
import httpx
import pytest

from shared.names import LABEL
from shared.parity.sources.container import ServiceContainer
from tests.integration.support.gate import judged, parity
from tests.lab import assets
from tests.lab.sandbox import ROOT, Prod, Sandbox

SERVICE = ROOT / "tests" / "integration" / "support" / "service.py"


@contextmanager
def served(engine: docker.DockerClient, models: Path, broken: str, *options: str) -> Iterator[tuple[str, str]]:
    """URL and ID of a container with a service that has that break, started with options of Python's."""
    container = engine.containers.run(
        assets.product(),
        ["python3", *options, "/service.py", broken],
        detach=True,
        ports={"8000/tcp": ("127.0.0.1", None)},
        volumes=[f"{models}:/models:ro", f"{SERVICE}:/service.py:ro"],
        labels=dict([LABEL.split("=")]),
    )
    try:
        container.reload()
        url = f"http://127.0.0.1:{container.ports['8000/tcp'][0]['HostPort']}"
        wait(f"{url}/predict")
        yield url, container.id
    finally:
        container.remove(force=True)


def wait(url: str) -> None:
    """Until something answers, be it that it does not know GET."""
    for _ in range(100):
        try:
            httpx.get(url, timeout=5)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(url)


def beyond_recorded(report: dict[str, Any]) -> list[dict[str, Any]]:
    """Findings but those of the first comparison, with training."""
    return [each for each in report["findings"] if each["details"]["relation"] != "as recorded at training"]


def test_prod_keeps_both(own_prod: Prod, model: Path, engine: docker.DockerClient) -> None:
    """Our own service: parity; it runs on afterwards, nothing else is left, and each of its workers was asked."""
    code, report = judged("replay", own_prod.url, "--model", model, "--container", own_prod.container)
    assert (code, report["findings"], report["undecided"], report["untried"]) == (0, [], [], "")
    with own_prod.client() as client:
        assert client.get("/ready").status_code == 200
    assert not engine.containers.list(all=True, filters={"name": "parity-replay"})
    log = engine.containers.get(own_prod.container).logs().decode().splitlines()
    lines = [json.loads(line) for line in log]
    (restart,) = [number for number, line in enumerate(lines) if "Handling signal: term" in line["message"]]
    before = [line["process"] for line in lines[:restart] if line.get("path") == "/predict"]
    assert len(set(before)) == 2


@pytest.mark.parametrize(
    ("broken", "relation", "cause"),
    [
        ("hash seed", "after a restart", "hash seed"),
        ("learned", "after a restart", "learned"),
        ("once", "after a restart: refused", "FileExistsError"),
        ("datetime", "at another time", "from the clock"),
        ("time", "at another time", "from the clock"),
        ("pandas", "at another time", "from the clock"),
        ("expires", "at another time: refused", "the licence has expired"),
    ],
)
def test_a_broken_relation_is_named(
    trained: Sandbox, model: Path, engine: docker.DockerClient, broken: str, relation: str, cause: str
) -> None:
    """That one and no other (but that training, in another process, gave other answers), with cause and remedy."""
    with served(engine, trained.models, broken) as (url, container):
        row = json.loads((model / "manifest.json").read_text())["golden"]["requests"][1]
        httpx.post(f"{url}/predict", json={"instances": [row]}, timeout=5)  # to learn from
        code, report = judged("replay", url, "--model", model, "--container", container)
    assert (code, report["undecided"]) == (1, [])
    (finding,) = beyond_recorded(report)
    assert finding["subject"].startswith(relation)
    assert finding["severity"] == "breaks"
    assert cause in finding["why"] + finding["b"]
    assert finding["remedy"]


def test_a_service_that_is_right_is_clean(trained: Sandbox, model: Path, engine: docker.DockerClient) -> None:
    """With hold of it, both are tried; without, the report says that they were not, which decides nothing."""
    with served(engine, trained.models, "nothing") as (url, container):
        alone = parity("replay", url, "--model", model)
        code, report = judged("replay", url, "--model", model, "--container", container)
    assert (alone.returncode, code) == (0, 0)
    assert "not tried: after a restart, at another time: they need --container ID\n" in alone.stdout
    assert (report["findings"], report["undecided"], report["untried"]) == ([], [], "")


@pytest.mark.parametrize(
    ("broken", "option", "expected"),
    [
        ("nothing", "-I", "clock of the copy could not be moved"),  # a Python that obeys no PYTHONPATH
        ("own file", "-B", "not like it at the present time either"),
    ],
)
def test_what_cannot_be_told_is_undecided(
    trained: Sandbox, model: Path, engine: docker.DockerClient, broken: str, option: str, expected: str
) -> None:
    """A clock that stayed as it was proves nothing, nor does a copy that differs in more than its clock."""
    with served(engine, trained.models, broken, option) as (url, container):
        code, report = judged("replay", url, "--model", model, "--container", container)
    assert code == (1 if report["findings"] else 2)
    assert beyond_recorded(report) == []
    (undecided,) = report["undecided"]
    assert undecided["reason"].startswith("at another time: ")
    assert expected in undecided["reason"]
    assert undecided["remedy"]


def test_a_container_that_is_not_behind_the_url_is_left_alone(
    prod: Prod, own_prod: Prod, model: Path, engine: docker.DockerClient
) -> None:
    """To restart another would be worse than to try nothing."""
    began = engine.containers.get(own_prod.container).attrs["State"]["StartedAt"]
    for container, expected in ((own_prod.container, "is not behind"), ("no-such-container", "No such container")):
        done = parity("replay", prod.url, "--model", model, "--container", container)
        assert (done.returncode, done.stdout) == (2, "")
        assert expected in done.stderr
    assert engine.containers.get(own_prod.container).attrs["State"]["StartedAt"] == began


def test_a_copy_is_like_its_container(prod: Prod, engine: docker.DockerClient) -> None:
    """In all that can matter to an answer; but no one takes it for the service, and it goes."""
    with ServiceContainer.behind(prod.url, prod.container).copy(None) as copy:
        ours, its = (engine.containers.get(name).attrs for name in (prod.container, copy.name))
        assert copy.url() != prod.url
    for name in ("Image", "Path", "Args"):
        assert its[name] == ours[name]
    for name in ("Env", "User", "Hostname", "WorkingDir", "Entrypoint", "Healthcheck", "StopTimeout"):
        assert its["Config"].get(name) == ours["Config"].get(name)
    changed = {"PortBindings", "RestartPolicy"}
    for name in ours["HostConfig"].keys() - changed:
        assert its["HostConfig"][name] == ours["HostConfig"][name], name
    assert its["HostConfig"]["Memory"] == 1 << 30
    assert not [label for label in its["Config"]["Labels"] if "compose" in label]
    (network,) = its["NetworkSettings"]["Networks"].values()
    assert "prod" not in (network["Aliases"] or ())
    assert not engine.containers.list(all=True, filters={"name": copy.name})
