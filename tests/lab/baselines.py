"""Prods that scenarios share: a baseline is started once, asked once and compared once."""

from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.lab import parity
from tests.lab.scenario import Scenario
from tests.lab.side import LabSide, side


class Baseline:
    """A prod as dev knows it, and what was measured of it."""

    def __init__(self, of: LabSide, *, model: bool) -> None:
        """Args: model: whether the gate replays golden requests when it compares it with its sibling."""
        self.side, self._model = of, model
        self._snapshots: dict[bool, Path] = {}

    def snapshot(self, *, model: bool) -> Path:
        """A snapshot, in a file; at least with its answers to golden requests, if `model`."""
        if model not in self._snapshots:
            self._snapshots[model] = self._snapshots.get(True) or self.side.snapshot(model=model)
        return self._snapshots[model]

    @cached_property
    def answers(self) -> dict[str, Any]:
        """The client's measurements of it."""
        return self.side.ask()

    @cached_property
    def report(self) -> dict[str, Any]:
        """The gate's report on another container of the same service, and it."""
        other = self.side.snapshot(model=self._model, sibling=True)
        return parity.gate(other, self.snapshot(model=self._model), model=self._model)


class Baselines:
    """The product as it ships, and the baseline of the current scenario, which the next one may have, too."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._stack, self._current = ExitStack(), ExitStack()
        self._key = ""
        self._by_guard: dict[str, Baseline] = {}

    @cached_property
    def product(self) -> Baseline:
        """The product as it ships."""
        return Baseline(self._stack.enter_context(side(self.folder, (), "enforce")), model=True)

    def of(self, scenario: Scenario, guard: str) -> Baseline:
        """The baseline of a scenario; it runs until a scenario with another one asks for its own."""
        if scenario.baseline != self._key:
            self._current.close()
            self._by_guard.clear()
            self._key = scenario.baseline
        if guard not in self._by_guard:
            entered = self._current.enter_context(side(self.folder, scenario.overlays("baseline"), guard))
            assert entered.started, f"the baseline does not start: {entered.last_error()}"
            self._by_guard[guard] = Baseline(entered, model=False)
        return self._by_guard[guard]

    def close(self) -> None:
        """Remove them."""
        self._current.close()
        self._stack.close()
