"""Model folders: killed while they are written, and with passports that were changed."""

import json
import random
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from tests.lab.sandbox import ROOT, Sandbox
from tests.soak.box import say
from tests.soak.figure import Figure

INSIDE = Path(__file__).parent / "inside"
TRAININGS, LONGEST_SECONDS = 10, 15
VERIFY = """
import json
from shared import artifact, settings
models = settings.read().models
seen = [path for path in models.iterdir() if not path.name.startswith(".")]
print(json.dumps([artifact.read(path).passport.version for path in seen]))
"""


def crashes(box: Sandbox) -> Iterator[Figure]:
    """SIGKILL at each step of saving and publishing, and to whole trainings at random moments."""
    counts = _inside(box, "crashes.py")
    steps = f"{counts['points']} steps, {counts['random']} random moments ({counts['switched']} after the switch)"
    held = counts["points"] > 0 and not counts["torn"]
    yield Figure("torn models: saving and publishing killed", steps, f"{counts['torn']}", "0", held)
    torn = 0
    for number in range(TRAININGS):
        container = box.dev(
            "python3", "-m", "dev.train", "--sample", "5000", options=("--rm", "--detach")
        ).stdout.strip()
        time.sleep(LONGEST_SECONDS * random.random())  # noqa: S311
        subprocess.run(["docker", "kill", container], capture_output=True, timeout=60)
        done = box.dev("python3", "-c", VERIFY)
        torn += done.returncode != 0
        say(f"{number + 1} of {TRAININGS} trainings killed")
    yield Figure("torn models: trainings killed", f"{TRAININGS} trainings", f"{torn}", "0", not torn)


def passports(box: Sandbox) -> Iterator[Figure]:
    """Single bits flipped, single fields changed."""
    counts = _inside(box, "passports.py")
    tried = f"{counts['flips']:,} flips, {counts['fields']:,} fields"
    accepted = counts["accepted"] + counts["other errors"] + counts["loaded"]
    yield Figure("changed passports not refused before loading", tried, f"{accepted}", "0", not accepted)
    again = counts["resealed accepted"]
    yield Figure(
        "the same, of another type and sealed again", f"{counts['resealed']:,} fields", f"{again}", "0", not again
    )


def _inside(box: Sandbox, name: str) -> dict[str, int]:
    """Run a program in the dev container; the counts that it prints."""
    say(f"{name} in the dev container")
    command = [*box.compose("dev").docker_compose_command(), "run", "--rm", "--no-TTY", "dev", "python3", "-"]
    with (INSIDE / name).open() as program:
        done = subprocess.run(command, cwd=ROOT, stdin=program, capture_output=True, text=True, timeout=1800)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))
