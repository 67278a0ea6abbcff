"""Prods that scenarios have in common: what dev knows is started once, and asked once."""

from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.lab import judge
from tests.lab.scenario import Scenario
from tests.lab.side import Side, side


class Known:
    """A prod as dev knows it, and what was found out of it."""

    def __init__(self, of: Side, *, model: bool) -> None:
        """Args: model: whether its answers to golden requests are judged."""
        self.side, self._model = of, model
        self._snapshots: dict[bool, Path] = {}

    def snapshot(self, *, model: bool) -> Path:
        """A snapshot, in a file; at least with its answers to golden requests, if `model`."""
        if model not in self._snapshots:
            self._snapshots[model] = self._snapshots.get(True) or self.side.snapshot(model=model)
        return self._snapshots[model]

    @cached_property
    def asked(self) -> dict[str, Any]:
        """What the client says of it."""
        return self.side.ask()

    @cached_property
    def judged(self) -> dict[str, Any]:
        """What the gate says of another container of the same service, and it."""
        other = self.side.snapshot(model=self._model, sibling=True)
        return judge.gate(other, self.snapshot(model=self._model), model=self._model)


class Shared:
    """The product as it ships; and the baseline of the scenario at hand, which the next one may have too."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._stack, self._at_hand = ExitStack(), ExitStack()
        self._baseline = ""
        self._known: dict[str, Known] = {}

    @cached_property
    def product(self) -> Known:
        """The product as it ships."""
        return Known(self._stack.enter_context(side(self.folder, "", "enforce")), model=True)

    def baseline(self, scenario: Scenario, guard: str) -> Known:
        """The baseline of a scenario; it stays until one is asked for that has another."""
        if scenario.baseline != self._baseline:
            self._at_hand.close()
            self._known.clear()
            self._baseline = scenario.baseline
        if guard not in self._known:
            entered = self._at_hand.enter_context(side(self.folder, scenario.overlay("baseline"), guard))
            assert entered.started, f"the baseline does not start: {entered.last_words()}"
            self._known[guard] = Known(entered, model=False)
        return self._known[guard]

    def close(self) -> None:
        """Take them down."""
        self._at_hand.close()
        self._stack.close()
