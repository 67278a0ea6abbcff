"""What a learner can see of an exercise that is not solved: none of it may name the cause."""

import json
import subprocess
from pathlib import Path

from tests.lab.practice import telling, workspace
from tests.lab.practice.exercise import Exercise
from tests.lab.side import LabSide


def written(exercise: Exercise, folder: Path, among: list[Exercise]) -> str:
    """What is printed, and what lies in the learner's folder: names of files, and what is in them."""
    parts = [exercise.name, exercise.symptom, exercise.task, exercise.hints[0], telling.footing(exercise)]
    parts += [telling.wrapped(f"{other.name} {other.symptom}") for other in among if other.name == exercise.name]
    for path in workspace.mine(folder):
        parts += [str(path.relative_to(folder)), _beginning(path)]
    return "\n".join(parts)


def _beginning(path: Path) -> str:
    return path.read_bytes()[:20_000].decode(errors="ignore") if path.is_file() else str(path.readlink())


def inspected(prod: LabSide) -> str:
    """What Docker says of every container of the learner's project, and of the images that they run."""
    mine = ["--all", "--quiet", "--filter", f"label=com.docker.compose.project={prod.project}"]
    containers = _docker("ps", *mine).split()
    described = json.loads(_docker("inspect", *containers))
    images = sorted({entry["Config"]["Image"] for entry in described})
    for entry in described:
        entry["HostConfig"].pop("SecurityOpt")  # the names of all system calls
    listed = _docker("ps", "--all", "--filter", f"label=com.docker.compose.project={prod.project}", "--no-trunc")
    return "\n".join([json.dumps(described), listed, *images])


def telling_words(text: str, exercise: Exercise) -> list[str]:
    """Words of the cause that a text has."""
    return [word for word in exercise.cause if word.lower() in text.lower()]


def _docker(*words: str) -> str:
    return subprocess.run(["docker", *words], check=True, capture_output=True, text=True, timeout=60).stdout
