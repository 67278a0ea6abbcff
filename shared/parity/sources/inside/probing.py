"""Run a shell script up to the command that it ends in, within bounds, to see which variables it sets."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

from . import shell
from .command import Process

OWN_VARIABLES = ("_", "SHLVL", "OLDPWD", "PWD")
"""That a shell sets for itself."""


def through(words: list[str], text: str, process: Process, folder: str, seconds: float) -> Process | None:
    """Run a shell script up to the command that it ends in, for no longer than is sensible."""
    output = os.path.join(folder, "probed.json")
    probe = [sys.executable, "-I", "-S", os.path.join(os.path.dirname(__file__), "probe.py"), output]
    command = [*words, "-c", shell.instrumented(text, probe), *process.argv]
    nowhere = subprocess.DEVNULL
    try:
        script = subprocess.Popen(
            command,
            stdin=nowhere,
            stdout=nowhere,
            stderr=nowhere,
            env=process.env,
            cwd=process.folder,
            start_new_session=True,
        )
    except OSError:
        return None
    try:
        script.wait(seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        _kill(script.pid)
        script.wait()
    try:
        with open(output, encoding="ascii") as file:
            probed = json.load(file)
        os.remove(output)
    except (OSError, ValueError):
        return None
    env = {k: v for k, v in probed["env"].items() if k not in OWN_VARIABLES or k in process.env}
    return Process(tuple(probed["argv"]), env, probed["folder"])


def _kill(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except OSError:
        pass  # it has ended
