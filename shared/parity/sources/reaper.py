"""Removes the containers and images of a process that is killed, as testcontainers' reaper does for tests.

A child waits for the end of its standard input, which the kernel closes however the process ends; then it removes
what was not taken off the list.
"""

import atexit
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

PREFIX = "parity-gate-"  # of the names of containers
REAPER = """\
import subprocess, sys, time
names = {"container": set(), "image": set()}
for line in sys.stdin:
    sign, kind, name = line.split()
    names[kind].add(name) if sign == "+" else names[kind].discard(name)
for attempt in range(20 if any(names.values()) else 0):  # one may just be being made
    if names["container"]:
        subprocess.run(["docker", "rm", "--force", "--volumes", *names["container"]], capture_output=True)
    if names["image"]:
        subprocess.run(["docker", "image", "rm", *names["image"]], capture_output=True)
    time.sleep(0.5)
"""
_lock = threading.Lock()
_running: "subprocess.Popen[str] | None" = None


@contextmanager
def reaped(kind: str = "container") -> Iterator[str]:
    """A name for a container or an image, which is removed if this process ends before the block does."""
    name = f"{PREFIX}{uuid.uuid4().hex}"
    _write(f"+ {kind} {name}")
    try:
        yield name
    finally:
        _write(f"- {kind} {name}")


def _write(line: str) -> None:
    global _running
    with _lock:
        if _running is None or _running.poll() is not None:
            nowhere = subprocess.DEVNULL
            # A session of its own: what kills this process's group leaves the reaper.
            _running = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", REAPER],
                stdin=subprocess.PIPE,
                stdout=nowhere,
                stderr=nowhere,
                text=True,
                start_new_session=True,
            )
            atexit.register(_end, _running)
        stream = _running.stdin
        if stream:
            stream.write(f"{line}\n")
            stream.flush()


def _end(process: "subprocess.Popen[str]") -> None:
    stream: IO[str] | None = process.stdin
    if stream:
        stream.close()
    process.wait()
