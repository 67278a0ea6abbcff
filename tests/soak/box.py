"""A prod with two models to choose from, and what is asked of it without knowing what it predicts."""

import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.lab.sandbox import ROOT, Prod, Sandbox, sandbox

BODY = (ROOT / "shared" / "problem" / "sample_request.json").read_bytes()
JSON = {"Content-Type": "application/json"}
SAMPLES = (12_000, 20_000)
PATIENCE_SECONDS = 120
OVERLAY = "services: {{prod: {{environment: {settings}}}}}\n"


def say(text: str) -> None:
    """A line of progress."""
    sys.stderr.write(f"soak: {text}\n")
    sys.stderr.flush()


@contextmanager
def box() -> Iterator[Sandbox]:
    """A sandbox with two models, one of them current; gone on exit."""
    with tempfile.TemporaryDirectory() as name, sandbox(Path(name)) as made:
        for sample in SAMPLES:
            say(f"training on {sample:,} rows")
            done = made.dev("python3", "-m", "dev.train", "--sample", str(sample))
            assert done.returncode == 0, done.stderr
        yield made


def versions(made: Sandbox) -> list[str]:
    """Those of its models."""
    return sorted(path.name for path in made.models.glob("2*"))


@contextmanager
def serving(made: Sandbox, **settings: str) -> Iterator[Prod]:
    """A prod with settings of its own."""
    name = f"soak{abs(hash(tuple(sorted(settings.items())))) % 10_000}"
    overlay = made.folder / f"{name}.yml"
    overlay.write_text(OVERLAY.format(settings=json.dumps(settings)))
    with made.prod(overlay, project=name) as prod:
        yield prod


def publish(made: Sandbox, version: str) -> None:
    """Make a model current, in one step."""
    fresh = made.models / ".soak"
    fresh.symlink_to(version)
    fresh.replace(made.models / "current")


def typed(made: Sandbox, prod: Prod, *command: str) -> subprocess.CompletedProcess[str]:
    """Type a command of the project's about this prod."""
    (name,) = [line for line in (prod.compose.env_file or []) if not line.endswith("settings.env")]
    project = Path(name).read_text().strip().partition("=")[2]
    own = {"COMPOSE_PROJECT_NAME": project, "PARITY_ARTIFACTS": str(made.models.parent)}
    words = [sys.executable, "-m", "shared.image", *command]
    return subprocess.run(words, cwd=ROOT, env={**os.environ, **own}, capture_output=True, text=True, timeout=300)


def connection(url: str, timeout: float = 60) -> http.client.HTTPConnection:
    """A connection of its own, past any proxy."""
    address = urlsplit(url)
    return http.client.HTTPConnection(address.hostname or "", address.port, timeout=timeout)


def fetched(url: str, path: str, body: bytes | None = None) -> str:
    """An answer's text."""
    client = connection(url)
    try:
        client.request("POST" if body else "GET", path, body, JSON if body else {})
        return client.getresponse().read().decode()
    finally:
        client.close()


def named(url: str) -> str:
    """Version of the model that a worker names."""
    return str(json.loads(fetched(url, "/ready"))["model_version"])


def until(true: Callable[[], bool]) -> None:
    """Wait for what takes seconds."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.2)


def settled(url: str, version: str) -> bool:
    """Whether ten workers in a row name this version."""
    return all(named(url) == version for _ in range(10))


def signal(prod: Prod, name: str) -> None:
    """Send a signal to the master."""
    subprocess.run(["docker", "kill", "--signal", name, prod.container], check=True, capture_output=True, timeout=60)


def log(prod: Prod) -> str:
    """What prod has written."""
    done = subprocess.run(["docker", "logs", prod.container], capture_output=True, text=True, timeout=60)
    return done.stdout + done.stderr


def state(prod: Prod) -> dict[str, Any]:
    """Of the container, as the engine has it."""
    command = ["docker", "inspect", prod.container]
    described = json.loads(subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout)
    return dict(described[0])
