"""Fixtures: a sandbox with a trained model, and a prod that serves it."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docker
import pytest

from shared.image import dotenv
from shared.image.base import PYTHON
from shared.image.settings import docker_config
from tests.integration.support.gate import Images, images, parity
from tests.lab import assets
from tests.lab.sandbox import ROOT, SAMPLE, Prod, Sandbox, sandbox

SLOW = (
    *("test_docs", "test_dvc", "test_lifecycle", "test_reproduce", "test_mlflow"),
    *("test_alerts", "test_bisect", "test_gate_exercised", "test_gate_layouts", "test_image", "test_replay_container"),
)
"""Modules of `make test-slow`: they train several times, or start dozens of containers."""
LONG = (
    *SLOW,
    *("test_new", "test_gate", "test_gate_foreign", "test_rehearsal", "test_gate_controls", "test_prediction_log"),
    *("test_training", "test_gate_hostile", "test_mutate", "test_monitor"),
)
"""Modules that begin, the longest first: what is short fills up the end."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Under xdist the tests of a module stay together, since they share what is dear to make."""
    for item in items:
        if item.path.parent == Path(__file__).parent and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(item.path.stem))
        if item.path.parent == Path(__file__).parent and item.path.stem in SLOW:
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: LONG.index(item.path.stem) if item.path.stem in LONG else len(LONG))


@pytest.fixture(scope="session", autouse=True)
def _environment() -> None:
    """What `make test PARITY_PORT=…` sets is for the user's prod, not for the tests'; nor are make's own options."""
    settings = ("PARITY_PORT", "PARITY_ARTIFACTS", "PARITY_IMAGE", "PARITY_NAME", "PARITY_USER")
    for name in (*settings, "MAKEFLAGS", "MAKELEVEL", "MFLAGS"):
        os.environ.pop(name, None)
    if "PARITY_IMAGE" not in dotenv.read(ROOT / ".env") or not (ROOT / "artifacts" / "data").exists():
        pytest.exit("there is no image or no data to test with; type: make image data", 2)


@pytest.fixture(scope="session")
def engine() -> docker.DockerClient:
    """The Docker engine."""
    return docker.from_env(timeout=60)


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A sandbox with a model trained on a sample of the flights; tests leave it as it is."""
    base = tmp_path_factory.getbasetemp()
    # xdist's workers have folders of their own in that of the run. One of them trains, for both.
    run = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    models = run / "trained"
    with (run / "trained.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not models.exists():
            with sandbox(tmp_path_factory.mktemp("training")) as made:
                done = made.dev("python3", "-m", "dev.train", "--sample", str(SAMPLE))
                assert done.returncode == 0, done.stderr
                shutil.copytree(made.models, models, symlinks=True)
    with sandbox(tmp_path_factory.mktemp("trained"), models) as made:
        yield made


@pytest.fixture
def copied(trained: Sandbox, tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox with a copy of that model, for one test alone."""
    with sandbox(tmp_path, trained.models) as made:
        yield made


@pytest.fixture(scope="session")
def prod(trained: Sandbox) -> Iterator[Prod]:
    """Prod serving that model; tests leave it as it is."""
    with trained.prod() as running:
        yield running


@pytest.fixture
def own_prod(trained: Sandbox) -> Iterator[Prod]:
    """A prod for one test alone, which may stop it."""
    with trained.prod(project="own") as running:
        yield running


@pytest.fixture(scope="session")
def made() -> Iterator[Images]:
    """Images that are made from the one under test."""
    with images(assets.product()) as workshop:
        yield workshop


@pytest.fixture(scope="session")
def bare() -> str:
    """The base of the image under test: a Python without packages."""
    return PYTHON.tag


@pytest.fixture(scope="session")
def model(trained: Sandbox) -> Path:
    """A model's folder."""
    return trained.models / "current"


@pytest.fixture
def passport(model: Path) -> dict[str, Any]:
    """The model's passport, which a test may change."""
    return dict(json.loads((model / "manifest.json").read_text()))


@pytest.fixture(scope="session")
def taken(made: Images, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The snapshot of the image under test, in a file."""
    path = tmp_path_factory.mktemp("snapshots") / "ours.json"
    assert parity("snapshot", made.ours, "--output", path).returncode == 0
    return path


@pytest.fixture(scope="session")
def ours(taken: Path) -> str:
    """The image under test as the gate names its snapshot: where the other side is what a test is about."""
    return f"file:{taken}"


@pytest.fixture(scope="session")
def answered(made: Images, model: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The same with answers to the model's golden requests."""
    path = tmp_path_factory.mktemp("snapshots") / "answered.json"
    assert parity("snapshot", made.ours, "--model", model, "--output", path).returncode == 0
    return f"file:{path}"


@pytest.fixture(scope="session")
def risky(taken: Path) -> Path:
    """A snapshot that differs from `taken` in a risk."""
    content = json.loads(taken.read_text())
    content["facts"]["variables"]["value"]["SKLEARN_ASSUME_FINITE"] = "1"
    path = taken.with_name("risky.json")
    path.write_text(json.dumps(content))
    return path


@pytest.fixture(scope="session")
def edited_features(made: Images) -> str:
    """An image whose features are computed by another line."""
    return made.edited("/app/shared/problem/features.py", "time.total_seconds() / 60", "time.total_seconds() / 90")


@pytest.fixture(scope="session")
def behind_proxy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for DOCKER_CONFIG: the user's own plugins, and proxies that Docker hands on to every container."""
    folder = tmp_path_factory.mktemp("docker")
    own = docker_config() / "cli-plugins"
    if own.exists():
        (folder / "cli-plugins").symlink_to(own)
    proxy = "http://127.0.0.1:9"  # where nothing answers
    (folder / "config.json").write_text(json.dumps({"proxies": {"default": {"httpProxy": proxy, "httpsProxy": proxy}}}))
    return folder
