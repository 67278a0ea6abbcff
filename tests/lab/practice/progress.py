"""What the learner has done: one file, artifacts/practice/progress.json."""

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.lab.practice.exercise import Exercise
from tests.lab.practice.workspace import FOLDER

PATH = FOLDER / "progress.json"


class Progress:
    """Which exercise is current, and of each: hints taken, checks, and when it was solved."""

    def __init__(self, path: Path = PATH) -> None:
        self._path = path
        try:
            self._kept: dict[str, Any] = json.loads(path.read_text())
        except (OSError, ValueError):
            self._kept = {}
        self._kept.setdefault("exercises", {})

    def of(self, name: str) -> dict[str, Any]:
        """What is known of one."""
        return dict(self._kept["exercises"].get(name, {}))

    @property
    def current(self) -> str:
        """The exercise that was begun last; "" if none was."""
        return str(self._kept.get("current", ""))

    def solved(self, name: str) -> bool:
        """Whether it is."""
        return "solved" in self.of(name)

    def next(self, among: Sequence[Exercise]) -> Exercise | None:
        """The current exercise while it is not solved, or the first that is not; None if all are."""
        left = [exercise for exercise in among if not self.solved(exercise.name)]
        return next((exercise for exercise in left if exercise.name == self.current), left[0] if left else None)

    def begin(self, name: str) -> None:
        """It is the current one."""
        self._kept["current"] = name
        self._update(name, begun=self.of(name).get("begun", _now()))

    def checked(self, name: str, *, repaired: bool) -> None:
        """It was checked."""
        changes: dict[str, Any] = {"checks": self.of(name).get("checks", 0) + 1}
        if repaired:
            changes["solved"] = self.of(name).get("solved", _now())
        self._update(name, **changes)

    def hint(self, name: str, available: int) -> int:
        """How many hints to show: one more than last time."""
        hints = min(self.of(name).get("hints", 0) + 1, available)
        self._update(name, hints=hints)
        return hints

    def forget(self, name: str = "") -> None:
        """One exercise, or all of them."""
        self._kept["exercises"] = {
            other: kept for other, kept in self._kept["exercises"].items() if name and other != name
        }
        if not name:
            self._kept.pop("current", None)
        self._write()

    def _update(self, name: str, **changes: Any) -> None:
        self._kept["exercises"][name] = self.of(name) | changes
        self._write()

    def _write(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        aside = self._path.with_suffix(".new")
        aside.write_text(json.dumps(self._kept, indent=1) + "\n")
        aside.replace(self._path)


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
