"""Sets of differences that were tried: what the model answers with them, against both environments."""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.compare.report import Finding
from shared.parity import predictions
from shared.parity.bisect.between import Between
from shared.parity.bisect.questions import Question
from shared.parity.bisect.result import Step, brief, described

MOVED = "moved"


class NoTimeLeftError(Exception):
    """The limit was reached between two steps."""


@dataclass(frozen=True)
class Sides:
    """The two environments as they answer.

    Attributes:
        base: the one whose containers are changed; in it the model answers.
    """

    golden: predictions.GoldenSet
    base: Mapping[str, Any]
    other: Mapping[str, Any]

    def step(self, taken: frozenset[str], answers: Mapping[str, Any]) -> Step:
        """Judge the answers of a set."""
        same = judged(self.golden, answers, self.other)[0] == ""
        symptom, finding = judged(self.golden, self.base, answers)
        if symptom != MOVED:
            return Step(taken, symptom, symptom or "answers as before", 0 if not symptom else None, None, same)
        details = finding.details if finding else {}
        effect = f"{finding.subject}, {finding.why}" if finding else ""
        return Step(taken, symptom, effect, details.get("flipped"), details.get("largest"), same)


@dataclass
class Trials:
    """What was tried; no set twice."""

    between: Between
    sides: Sides
    question: Question
    closed: Callable[[frozenset[str]], frozenset[str]]
    total: int
    deadline: float
    progress: Callable[[str], None]
    steps: dict[frozenset[str], Step] = field(default_factory=dict)

    def __call__(self, taken: frozenset[str]) -> Step:
        """Replay with these taken from the other environment.

        Raises:
            NoTimeLeftError: no second is left.
        """
        if taken not in self.steps:
            left = self.deadline - time.monotonic()
            if left <= 0:
                raise NoTimeLeftError
            step = self.sides.step(taken, self.between.answers(taken, self.question, left))
            self.steps[taken] = step
            self.progress(f"{len(self.steps)}. {described(taken, self.total)}: {brief(step)}")
        return self.steps[taken]


def judged(
    golden: predictions.GoldenSet, ours: Mapping[str, Any], theirs: Mapping[str, Any]
) -> tuple[str, Finding | None]:
    """How the second differs: not at all (empty), in its answers, with what finding, or by a failure."""
    failures = [_failure(side) for side in (ours, theirs)]
    if any(failures):
        return (failures[1] or MOVED if failures[0] != failures[1] else ""), None
    finding = next(iter(predictions.compare(golden, ours["stages"], theirs["stages"])), None)
    return (MOVED if finding else ""), finding


def _failure(answers: Mapping[str, Any]) -> str:
    failure = answers.get("failure")
    text = f"{failure['what']}: {failure['evidence']}" if failure else ""
    # Without what changes by itself: addresses, and the folder of the replay.
    return re.sub(r"0x[0-9a-f]+|/\S*/parity-[0-9a-f]+/", "…", text)
