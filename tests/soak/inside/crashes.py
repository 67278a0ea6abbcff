"""Saving and publishing a model, killed before each operation on a file, and at random moments.

Run in the dev container: `python3 - < crashes.py`. Prints counts as JSON.
"""

import json
import os
import random
import shutil
import signal
import sys
import time

from dev.turn import turn
from shared import artifact, settings

RANDOM = 200
FILES = ("fcntl.", "os.chmod", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink", "shutil.", "tempfile.")
"""Audit events (PEP 578) of what changes files, beside `open`."""
models = settings.read().models
old, new = (models / name for name in sorted(path.name for path in models.glob("2*"))[:2])
place = models.parent / "crashes"
model = artifact.load(new)
files = {name: (new / name).read_bytes() for name in model.passport.files}


def prepare() -> None:
    """A folder of models in which the old one is current."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    shutil.copytree(old, place / old.name)
    artifact.publish(place, old.name)


def work() -> None:
    """What a training does at its end."""
    with turn(place):
        artifact.save(place, model, files)
        artifact.publish(place, new.name)


def child(point: int | None) -> int:
    """Do it in a process that is killed before its operation of that number on a file."""
    identity = os.fork()
    if identity:
        return identity
    left = point

    def count(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        opened = event == "open" and str(place) in str(arguments[0])
        if left is None or not (opened or event.startswith(FILES)):
            return
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
    try:
        work()
    finally:
        os._exit(0)


def whole() -> bool:
    """Whether each model that can be seen is whole, and whoever is next clears away what is half."""
    seen = [path for path in place.iterdir() if not path.name.startswith(".")]
    found = {artifact.read(path).passport.version for path in seen}
    with turn(place):
        pass
    partial = list(place.glob(".partial-*"))
    return found <= {old.name, new.name} and (place / artifact.CURRENT).exists() and not partial


counts = {"points": 0, "random": 0, "torn": 0, "switched": 0}
while True:
    prepare()
    killed = os.waitpid(child(counts["points"]), 0)[1] == signal.SIGKILL
    counts["torn"] += not whole()
    if not killed:
        break
    counts["points"] += 1
prepare()
began = time.monotonic()
os.waitpid(child(None), 0)
took = time.monotonic() - began
for _ in range(RANDOM):
    prepare()
    process = child(None)
    time.sleep(random.random() * took)  # noqa: S311
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    counts["random"] += 1
    counts["torn"] += not whole()
    counts["switched"] += (place / artifact.CURRENT).readlink().name == new.name
shutil.rmtree(place)
print(json.dumps(counts))
