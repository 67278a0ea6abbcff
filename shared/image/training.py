"""Train in the dev container for as long as whoever asked for it is there.

The container's standard input is a pipe from this process. When this process, the docker command line or make ends,
however it ends, the pipe closes, and the training ends with it and publishes nothing (`dev.train --attended`).
"""

import signal
import subprocess
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress

from shared.errors import ParityError
from shared.image import checkout, signals
from shared.image.paths import ROOT
from shared.image.run import environment, run

GRACE_SECONDS = 5


def train(options: Sequence[str], env: Mapping[str, str] | None = None) -> int:
    """Run `dev.train` with these options, its output being ours; returns its exit code.

    Raises:
        KeyboardInterrupt: by a signal, or since the parent process is gone; the container is gone, too.
    """
    parent = signals.Parent()
    name = f"{checkout.name()}-train-{uuid.uuid4().hex[:8]}"
    compose = ("docker", "compose", "--file", "compose.dev.yml", "run", "--rm", "--no-TTY", "--name", name)
    command = (*compose, "dev", "python3", "-m", "dev.train", "--attended", *options)
    # In a session of its own: Ctrl-C is for this process, which knows what to do.
    process = subprocess.Popen(command, cwd=ROOT, env=environment(env), stdin=subprocess.PIPE, start_new_session=True)
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
