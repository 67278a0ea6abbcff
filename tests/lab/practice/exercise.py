"""An exercise: a scenario that the learner repairs, described in its folder's `practice/`.

```
practice/
  exercise.toml   what it says of itself: the fields of `Exercise`
  start/          what the learner gets, and may edit
  world/          what the learner does not edit: what the source sends, what writes the model
  solution/       files that replace those of start/
  wrong/NAME/     the same for a repair that hides the symptom; its verdict is in exercise.toml
  steps.py        start(folder), solution(folder), wrong_NAME(folder): what files alone cannot do; optional
  check.py        check(folder): a verdict without containers; optional
```
"""

import difflib
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from shared.errors import ParityError
from tests.lab import catalog
from tests.lab.scenario import ROOT, Scenario

KINDS = (
    "data format",
    "environment",
    "code",
    "versions",
    "artifact",
    "serving",
    "drift or skew",
    "lineage",
    "reproducibility",
    "design",
    "incident",
)
"""In the order in which they are practised: each needs what those before it have shown."""
OWN = ROOT / "tests" / "lab" / "practice"
PLACES = (ROOT / "tests" / "scenarios", OWN / "incidents", OWN / "course")
VERDICTS = ("repaired", "symptom", "hidden", "broken")


@dataclass(frozen=True)
class Exercise:
    """What an exercise says of itself.

    Attributes:
        name: what the learner calls it; it does not tell the cause.
        kind: one of `KINDS`.
        order: its place among those of its kind.
        symptom: what a colleague says, or a dashboard shows.
        task: what may be edited, and what must stay.
        hints: where to look, with what, and the command that shows it.
        explanation: the cause, and what each tool shows of it.
        cause: words that would give the cause away; nothing that is visible has them.
        keep: paths in Compose's rendering that a repair leaves as they are; one that does not takes the release back.
        wrong: repairs that hide the symptom, and the verdict on each.
        criterion: the course's success criterion that it checks.
        frame: as that of a scenario; for exercises that are not in a scenario's folder.
        world: files of the scenario's folder that go into world/, as FILE or FILE:NAME.
        models: models of the lab, beside those that the scenario's overlays name; images: the same of images.
        both: whether a repair may change what dev computes, too.
        draft: not offered to learners until it is proven.
        folder: its `practice/`.
    """

    name: str
    kind: str
    order: int
    symptom: str
    task: str
    hints: tuple[str, ...]
    explanation: str
    cause: tuple[str, ...]
    folder: Path
    criterion: str = ""
    keep: tuple[str, ...] = ()
    wrong: dict[str, str] = field(default_factory=dict)
    world: tuple[str, ...] = ()
    frame: str = ""
    both: bool = False
    models: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    source: str = ""
    draft: bool = False

    @cached_property
    def scenario(self) -> Scenario | None:
        """The scenario that it is made from; None where there is none."""
        return catalog.load(self.folder.parent) if (self.folder.parent / "scenario.py").exists() else None

    @property
    def in_containers(self) -> bool:
        """Whether a prod is started for it."""
        return not (self.folder / "check.py").exists()

    @property
    def place(self) -> tuple[int, int, str]:
        """Where it comes among the others."""
        return KINDS.index(self.kind), self.order, self.name

    @cached_property
    def given(self) -> tuple[str, ...]:
        """The files that the learner gets, relative to the learner's folder."""
        start = self.folder / "start"
        return tuple(sorted(str(path.relative_to(start)) for path in start.rglob("*") if _counts(path)))


def _counts(path: Path) -> bool:
    return path.is_file() and "__pycache__" not in path.parts


def load(folder: Path) -> Exercise:
    """The exercise that is described in a folder `practice`."""
    declared = tomllib.loads((folder / "exercise.toml").read_text())
    lists = {name: tuple(value) for name, value in declared.items() if isinstance(value, list)}
    texts = {name: value.strip() for name, value in declared.items() if isinstance(value, str)}
    return Exercise(**{**declared, **lists, **texts, "folder": folder})


def exercises(*, drafts: bool = False) -> list[Exercise]:
    """The exercises that are offered, in the order in which they are practised; with `drafts`, all that are written."""
    found = [load(path.parent) for place in PLACES for path in place.glob("**/exercise.toml")]
    chosen = [exercise for exercise in found if drafts or not exercise.draft]
    return sorted(chosen, key=lambda exercise: exercise.place)


def named(name: str, among: Sequence[Exercise]) -> Exercise:
    """The exercise of that name.

    Raises:
        ParityError: there is none.
    """
    for exercise in among:
        if exercise.name == name:
            return exercise
    names = [exercise.name for exercise in among]
    close = difflib.get_close_matches(name, names, n=1)
    evidence = f"did you mean {close[0]}?" if close else f"none of the {len(names)} names is close to it"
    raise ParityError(f"there is no exercise {name}", evidence=evidence, remedy="make practice LIST=1")
