"""Training in the dev container: reproducible, and it publishes only what is good enough."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import docker
import pytest

from tests.integration.support.models import publish, twin
from tests.lab.sandbox import ROOT, SAMPLE, Sandbox


def test_two_runs_give_the_same_model_file(copied: Sandbox) -> None:
    """The same code, data and parameters: the same bytes, whatever the hash seed and the number of threads."""
    first = current(copied)
    done = copied.dev(
        *("python3", "-m", "dev.train", "--sample", str(SAMPLE)),
        options=("--rm", "--env", "PYTHONHASHSEED=7", "--env", "OMP_NUM_THREADS=1"),
    )
    assert "the same file as" in done.stdout, done.stderr
    second = current(copied)
    assert second != first
    models = [(copied.models / version / "model.skops").read_bytes() for version in (first, second)]
    assert models[0] == models[1]


def test_a_worse_model_is_kept_but_not_published(copied: Sandbox) -> None:
    """Leaves too large to split: the model is saved, the current one stays, and the output says so."""
    before = current(copied)
    params = copied.folder / "params.toml"
    params.write_text(
        (ROOT / "dev" / "problem" / "params.toml")
        .read_text()
        .replace("min_samples_leaf = 50", "min_samples_leaf = 14000")
    )
    done = copied.dev(
        *("python3", "-m", "dev.train", "--sample", str(SAMPLE)),
        options=("--rm", "--volume", f"{params}:/app/dev/problem/params.toml:ro"),
    )
    assert done.returncode == 0, done.stderr
    assert current(copied) == before
    (kept,) = {path.name for path in copied.models.glob("2*")} - {before}
    assert f"kept {kept} but did not publish it" in done.stdout


def test_an_older_model_can_be_published_again(copied: Sandbox) -> None:
    """`dev.publish VERSION` goes back, and names what there is when asked for something else."""
    version = current(copied)
    publish(copied, twin(copied))
    assert current(copied) != version
    assert copied.dev("python3", "-m", "dev.publish", version).returncode == 0
    assert current(copied) == version
    refused = copied.dev("python3", "-m", "dev.publish", "no-such-model")
    assert refused.returncode == 2
    assert version in refused.stderr
    assert "remedy" in refused.stderr


def test_it_says_what_to_do_without_data(copied: Sandbox) -> None:
    """No data is an error with the line to type, and the current model stays."""
    before = current(copied)
    done = copied.dev("sh", "-c", "PARITY_ARTIFACTS=/tmp python3 -m dev.train")
    assert done.returncode == 2
    assert "make data" in done.stderr
    assert current(copied) == before


def test_make_stop_ends_one_in_another_terminal(copied: Sandbox, engine: docker.DockerClient) -> None:
    """Its container belongs to no service that Compose has started."""
    started = copied.dev("sleep", "600", options=("--rm", "--detach")).stdout.split()
    assert engine.api.containers(filters={"id": started})
    environment = {**os.environ, "COMPOSE_PROJECT_NAME": f"{copied.name}-dev"}
    done = subprocess.run(["make", "stop"], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert engine.api.containers(all=True, filters={"id": started}) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL], ids=lambda n: n.name)
def test_a_training_whose_client_is_gone_publishes_nothing(
    copied: Sandbox, engine: docker.DockerClient, number: signal.Signals
) -> None:
    """Whatever ends make, without a terminal: the container ends in seconds, and the models are as they were."""
    before = sorted(copied.models.glob("[!.]*")), current(copied)
    with making(copied) as process:
        assert process.stderr
        for line in process.stderr:
            if "preparing rows" in line:
                break
        (container,) = trainings(engine, copied)
        os.kill(process.pid, number)  # to make alone: nobody tells its children
        engine.api.wait(container, timeout=30, condition="removed")
        assert process.wait(timeout=30) != 0
    assert trainings(engine, copied) == []
    assert (sorted(copied.models.glob("[!.]*")), current(copied)) == before
    assert not list(copied.models.glob(".partial-*"))


def listen() -> None:
    """Be interrupted and hung up on as from a terminal: what CI or nohup starts ignores that."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


@contextmanager
def making(sandbox: Sandbox) -> Iterator[subprocess.Popen[str]]:
    """`make dev` for a sandbox, in the background: no terminal, and signals as a program is started with."""
    own = {"COMPOSE_PROJECT_NAME": f"{sandbox.name}-dev", "PARITY_ARTIFACTS": str(sandbox.folder / "artifacts")}
    # The image and the data are there, and take their time to say so.
    command = ["make", "--old-file=image", "--old-file=data", "dev", f"ARGS=--sample {SAMPLE}"]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **own},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        preexec_fn=listen,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def trainings(engine: docker.DockerClient, sandbox: Sandbox) -> list[str]:
    """Containers that train for a sandbox."""
    labelled = {"label": f"com.docker.compose.project={sandbox.name}-dev"}
    return [container["Id"] for container in engine.api.containers(filters=labelled)]


def current(sandbox: Sandbox) -> str:
    """Version of the current model."""
    return (sandbox.models / "current").readlink().name
