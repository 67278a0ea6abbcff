"""Train in the dev container for as long as whoever asked for it is there.

The container's standard input is a pipe from this process. When this process, the docker command line or make ends,
however it ends, the pipe closes, and the training ends with it and publishes nothing (`dev.train --attended`).
"""

import signal
import subprocess
import sys
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress

from shared.errors import ParityError
from shared.image import checkout, settings, signals
from shared.image.paths import ROOT
from shared.image.run import environment, run

GRACE_SECONDS = 5


def collect() -> int:
    """Collect the data that training needs; returns the exit code of `dev.collect`, whose output is ours."""
    command = [sys.executable, "-m", "dev.collect", "--folder", str(settings.artifacts() / "data")]
    url = settings.data_url()
    return subprocess.run([*command, *(("--url", url) if url else ())], cwd=ROOT, stdin=subprocess.DEVNULL).returncode


def train(options: Sequence[str]) -> int:
    """Run `dev.train` with these options, its output being ours; returns its exit code.

    Raises:
        KeyboardInterrupt: by a signal, or since the parent process is gone; the container is gone, too.
    """
    command = ("python3", "-m", "dev.train", "--attended", *options)
    return attend(("--file", "compose.dev.yml"), "dev", command, settings.for_compose())


def attend(compose: Sequence[str], service: str, command: Sequence[str], env: Mapping[str, str]) -> int:
    """Run a command in a service's container, its output being ours; returns its exit code.

    Args:
        compose: options that name the compose file.
        env: variables for it.

    Raises:
        KeyboardInterrupt: by a signal, or since the parent process is gone; the container is gone, too.
    """
    parent = signals.Parent()
    name = f"{checkout.name()}-{service}-{uuid.uuid4().hex[:8]}"
    run_ = ("docker", "compose", *compose, "run", "--rm", "--no-TTY", "--name", name, service)
    # In a session of its own: Ctrl-C is for this process, which knows what to do.
    process = subprocess.Popen(
        (*run_, *command), cwd=ROOT, env=environment(env), stdin=subprocess.PIPE, start_new_session=True
    )
    try:
        while True:
            with suppress(subprocess.TimeoutExpired):
                return process.wait(timeout=0.5)
            if parent.gone():
                raise KeyboardInterrupt(signal.SIGHUP)
    except BaseException:
        signals.ignore()
        _end(process, name)
        raise


def _end(process: "subprocess.Popen[bytes]", container: str) -> None:
    if process.stdin:
        process.stdin.close()
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=GRACE_SECONDS)
        return
    process.kill()
    process.wait()
    with suppress(ParityError):  # it may have ended by itself
        run("docker", "container", "rm", "--force", container, timeout=60)
