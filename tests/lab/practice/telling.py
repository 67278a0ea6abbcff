"""What `make practice` prints."""

import textwrap
from collections.abc import Sequence
from pathlib import Path

from tests.lab.practice import workspace
from tests.lab.practice.exercise import KINDS, Exercise
from tests.lab.practice.progress import Progress
from tests.lab.scenario import ROOT

WIDTH = 100


def wrapped(text: str) -> str:
    """Paragraphs of a running text, at the width of a terminal."""
    return "\n\n".join(textwrap.fill(" ".join(part.split()), WIDTH) for part in text.strip().split("\n\n"))


def opening(exercise: Exercise, among: Sequence[Exercise], folder: Path) -> str:
    """The symptom, and what may be edited."""
    number = [other.name for other in among].index(exercise.name) + 1
    tops = {path.relative_to(folder).parts[0] for path in workspace.mine(folder)}
    files = ", ".join(f"{top}/" if (folder / top).is_dir() else top for top in sorted(tops))
    return "\n".join(
        [
            f"{exercise.name} · {number} of {len(among)} · {exercise.kind}",
            "",
            wrapped(exercise.symptom),
            "",
            wrapped(exercise.task),
            "",
            f"Yours to edit, in {folder.relative_to(ROOT)}/: {files}",
        ]
    )


def footing(exercise: Exercise) -> str:
    """What to type next."""
    name = f" NAME={exercise.name}"
    return "\n".join(
        [
            "",
            f"make practice CHECK=1    is it repaired?        make practice HINT=1   a hint, of {len(exercise.hints)}",
            f"make practice WATCH=1    check at every save    make practice RESET=1{name}   as it was",
        ]
    )


def after(exercise: Exercise) -> str:
    """What the learner reads once it is repaired: the cause, what shows it, to whom it happened, what prevents it."""
    scenario = exercise.scenario
    parts = ["", "What it was", "", wrapped(exercise.explanation)]
    if scenario:
        parts += ["", wrapped(scenario.story), "", wrapped(f"What prevents it: {scenario.fix}.")]
        parts += ["", f"As a story, with its measured harm: make scenario NAME={scenario.name}"]
    sources = [
        word for word in (scenario.source if scenario else exercise.source).split() if word.startswith("https://")
    ]
    if sources:
        parts += ["It happened to others:", *(f"  {address}" for address in sources)]
    solution = exercise.folder / "solution"
    if solution.exists():
        parts += [f"Another solution, to compare: {solution.relative_to(ROOT)}/"]
    return "\n".join(parts)


def overview(among: Sequence[Exercise], progress: Progress) -> str:
    """Progress by kind."""
    lines = [f"{sum(progress.solved(exercise.name) for exercise in among)} of {len(among)} solved", ""]
    for kind in KINDS:
        own = [exercise for exercise in among if exercise.kind == kind]
        if not own:
            continue
        lines.append(f"{kind:16} {sum(progress.solved(exercise.name) for exercise in own)} of {len(own)}")
        lines += [f"  {_mark(progress, exercise)} {exercise.name:22} {_first(exercise.symptom)}" for exercise in own]
    return "\n".join(lines)


def _mark(progress: Progress, exercise: Exercise) -> str:
    if progress.solved(exercise.name):
        return "✓"
    return "→" if exercise.name == progress.current else "·"


def _first(text: str) -> str:
    sentence = " ".join(text.split()).partition(". ")[0].rstrip(".")
    return textwrap.shorten(sentence, WIDTH - 28, placeholder=" …")
