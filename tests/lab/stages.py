"""The stages of a scenario, written once: real containers from compose.prod.yml and the scenario's overlays.

| stage    | holds when |
|----------|------------|
| baseline | prod as dev knows it: no symptom, the gate is clean |
| broken   | guard off: the client shows harm, with a number |
| caught   | guard on, all else the same: the named checks catch it where the scenario says |
| fixed    | guard on: no symptom, the gate is clean |
| benign   | (controls) guard on: nothing above a note in gate, guard, replay and monitor |
"""

import json
import re
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tests.lab import customary, judge
from tests.lab.known import Known, Shared
from tests.lab.scenario import Scenario
from tests.lab.side import Side, side

SAID_AS = {"artifact": "ArtifactError"}
"""What the log calls a check of the loader, which has no findings but raises."""
LOUD = re.compile(r"Warning|Traceback|ChainedAssignmentError")  # the last is a warning in spite of its name


@dataclass(frozen=True)
class Outcome:
    """What a stage showed.

    Attributes:
        holds: whether it is as the stage must be.
        evidence: in words, for the reader of a story.
        seconds: how long it took.
        details: what was measured.
    """

    stage: str
    holds: bool
    evidence: str
    seconds: float
    details: dict[str, Any] = field(default_factory=dict)


class Run:
    """One scenario, stage after stage; what a stage starts stays for those after it."""

    def __init__(self, scenario: Scenario, shared: Shared, *, disabled: bool = False) -> None:
        """Args: disabled: without the checks that catch it, to prove that it is they who do."""
        self.scenario, self._shared = scenario, shared
        self._guard = "off" if disabled else "enforce"
        self._without = scenario.checks if disabled else ()
        self._stack = ExitStack()

    def do(self, stage: str) -> Outcome:
        """Run a stage.

        Raises:
            AssertionError: the lab itself failed.
        """
        begun = time.monotonic()
        holds, evidence, details = getattr(self, f"_{stage}")()
        return Outcome(stage, holds, evidence, round(time.monotonic() - begun, 2), details)

    def close(self) -> None:
        """Take down what was started."""
        self._stack.close()

    # Each stage returns whether it holds, evidence in words, and what was measured.

    def _baseline(self) -> tuple[bool, str, dict[str, Any]]:
        self._dev.snapshot(model=self._replayed)
        return _clean(self._dev.asked, self._dev.judged)

    def _broken(self) -> tuple[bool, str, dict[str, Any]]:
        told = self._prod.ask()
        log = self._prod.log()
        loud = not self._prod.started or bool(set(told["statuses"]) - {"200"} or LOUD.search(log))
        noticed = {
            "smoke": not self._prod.started or told["smoke"] != 200,
            "warning": "InconsistentVersionWarning" in log,
            **customary.noticed(self._dev.side.image, self._prod.image),
        }
        evidence = told["symptom"] or "no symptom"
        if loud is self.scenario.silent:
            evidence += f" (said to be {'silent' if self.scenario.silent else 'loud'}, and it is not)"
        holds = bool(told["symptom"]) and loud is not self.scenario.silent and self.scenario.trace in log
        return holds, evidence, {**told, "noticed": noticed}

    def _caught(self) -> tuple[bool, str, dict[str, Any]]:
        return {
            "startup": self._refused_at_startup,
            "request": self._refused_at_request,
            "gate": self._found_by_gate,
            "replay": self._found_by_replay,
            "monitor": self._found_by_monitor,
        }[self.scenario.caught_by]()

    def _fixed(self) -> tuple[bool, str, dict[str, Any]]:
        overlay = self.scenario.overlay("fixed")
        if not overlay:
            return _clean(self._shared.product.asked, self._shared.product.judged)
        fixed = self._enter(overlay, "enforce")
        if not fixed.started:
            return False, f"prod does not start: {fixed.last_words()}", {}
        on_prod = self.scenario.fixed_on == "prod"
        model = on_prod and self._replayed
        dev = self._dev.snapshot(model=model) if on_prod else fixed.snapshot(model=False, sibling=True)
        return _clean(fixed.ask(), judge.gate(dev, fixed.snapshot(model=model), model=model))

    def _benign(self) -> tuple[bool, str, dict[str, Any]]:
        prod = self._enter(self.scenario.overlay("benign"), "enforce")
        if not prod.started:
            return False, f"prod does not start: {prod.last_words()}", {}
        here, there = self._shared.product.snapshot(model=True), prod.snapshot(model=True)
        holds, evidence, details = _clean(prod.ask(), judge.gate(here, there, model=True))
        replayed = judge.replay(prod.url)
        watched = prod.ask(PARITY_LAB_PATH="/check")["report"]
        guarded = [line for line in prod.log().splitlines() if '"risk ' in line or '"breaks ' in line]
        seen = judge.serious(replayed) + judge.serious(watched)
        evidence += "; guard, replay over HTTP and monitor find nothing" if not seen and not guarded else ""
        problems = [*judge.texts(seen), *guarded]
        return holds and not problems, "; ".join([evidence, *problems]), {**details, "replay": replayed}

    def _refused_at_startup(self) -> tuple[bool, str, dict[str, Any]]:
        guarded = self._enter(self.scenario.overlay("broken"), self._guard)
        if guarded.started:
            return False, "prod starts under the guard", {}
        said = guarded.last_words()
        missing = [check for check in self.scenario.checks if f"{SAID_AS.get(check, check)}: " not in said]
        if self.scenario.trace and self.scenario.trace in guarded.log():
            return False, f"it is refused, and too late: prod's log says {self.scenario.trace!r}", {}
        return not missing, said, {"missing": missing}

    def _refused_at_request(self) -> tuple[bool, str, dict[str, Any]]:
        guarded = self._broken_prod(self._guard)
        if not guarded.started:
            return False, f"prod does not start: {guarded.last_words()}", {}
        told = guarded.ask()
        refused = told["asked"] - told["answered"]
        if not refused or set(told["statuses"]) - {"200", "422"} or told["flipped"]:
            return False, f"not refused for its contract: {told['symptom']}; {told['problem']}", told
        problem = json.loads(told["problem"])
        said = f"{refused:,} of {told['asked']:,} refused: {problem['detail']} → {problem['remedy']}"
        return problem["type"].endswith("broken-contract"), said, told

    def _found_by_gate(self) -> tuple[bool, str, dict[str, Any]]:
        here, there = (of.snapshot(model=self._replayed) for of in (self._dev, self._prod))
        return self._named(judge.gate(here, there, model=self._replayed, without=self._without))

    def _found_by_replay(self) -> tuple[bool, str, dict[str, Any]]:
        return self._named(judge.replay(self._prod.url, without=self._without))

    def _found_by_monitor(self) -> tuple[bool, str, dict[str, Any]]:
        findings = self._prod.ask(PARITY_LAB_PATH="/check")["report"]["findings"]
        return self._named({"findings": [each for each in findings if each["check"] not in self._without]})

    def _named(self, report: dict[str, Any]) -> tuple[bool, str, dict[str, Any]]:
        """Each check that is named has found something, one of them more than a note."""
        serious = judge.serious(report)
        named = [each for each in report["findings"] if each["check"] in self.scenario.checks]
        missing = [check for check in self.scenario.checks if check not in {each["check"] for each in named}]
        told = [each for each in named if each in serious or each["check"] == "image"]  # it has nothing but notes
        said = "; ".join(judge.texts(told or serious)) or "nothing found"
        return not missing and any(each in serious for each in named), said, {"findings": serious, "missing": missing}

    @cached_property
    def _dev(self) -> Known:
        """Prod as dev knows it."""
        return self._shared.baseline(self.scenario, "off") if self.scenario.baseline else self._shared.product

    @cached_property
    def _prod(self) -> Side:
        """Prod with the break, without its guard."""
        return self._broken_prod("off")

    def _broken_prod(self, guard: str) -> Side:
        """Prod with the break; where that is in what is sent, the one that dev knows."""
        overlay = self.scenario.overlay("broken")
        if self.scenario.baseline and self._dev.side.asked_as(overlay):
            known = self._shared.baseline(self.scenario, guard).side.asked_as(overlay)
            assert known
            return known
        return self._enter(overlay, guard)

    @property
    def _replayed(self) -> bool:
        """Whether the gate asks both sides golden requests."""
        return self.scenario.model and self.scenario.caught_by == "gate"

    def _enter(self, overlay: str, guard: str) -> Side:
        return self._stack.enter_context(side(self._shared.folder, overlay, guard))


def _clean(told: dict[str, Any], report: dict[str, Any]) -> tuple[bool, str, dict[str, Any]]:
    serious = judge.serious(report)
    undecided = [each["reason"] for each in report["undecided"]]
    evidence = "; ".join(
        [told["symptom"] or "no symptom", *(judge.texts(serious) or ["the gate is clean"]), *undecided]
    )
    return not told["symptom"] and not serious and not undecided, evidence, {**told, "findings": serious}
