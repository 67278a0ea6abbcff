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
from functools import cached_property
from typing import Any

from tests.lab import conventional, parity
from tests.lab.baselines import Baseline, Baselines
from tests.lab.outcome import StageOutcome
from tests.lab.scenario import Scenario
from tests.lab.side import LabSide, side

LOGGED_AS = {"artifact": "ArtifactError"}
"""What the log calls a check of the loader, which has no findings but raises."""
REFUSED = "the compiled scorer is refused"
"""What the log says where the check `scorer` finds something at load: the pipeline serves instead."""
LOUD = re.compile(r"Warning|Traceback|ChainedAssignmentError")  # the last is a warning in spite of its name
StageResult = tuple[bool, str, dict[str, Any]]
"""Whether a stage holds, evidence in words, and what was measured."""


class Run:
    """One scenario, stage after stage; what a stage starts stays for those after it."""

    def __init__(self, scenario: Scenario, baselines: Baselines, *, without_checks: bool = False) -> None:
        """Args: without_checks: leave out the checks that catch it, to show that no other would."""
        self.scenario, self._baselines = scenario, baselines
        self._guard = "off" if without_checks else "enforce"
        self._without = scenario.checks if without_checks else ()
        self._stack = ExitStack()

    def do(self, stage: str) -> StageOutcome:
        """Run a stage.

        Raises:
            AssertionError: the lab itself failed.
        """
        began = time.monotonic()
        holds, evidence, details = getattr(self, f"_{stage}")()
        return StageOutcome(stage, holds, evidence, round(time.monotonic() - began, 2), details)

    def close(self) -> None:
        """Remove what was started."""
        self._stack.close()

    def _baseline(self) -> StageResult:
        self._dev.snapshot(model=self._replayed)
        return _clean(self._dev.answers, self._dev.report)

    def _broken(self) -> StageResult:
        answers = self._prod.ask()
        log = self._prod.log()
        loud = not self._prod.started or bool(set(answers["statuses"]) - {"200"} or LOUD.search(log))
        noticed = {
            "smoke": not self._prod.started or answers["smoke"] != 200,
            "warning": "InconsistentVersionWarning" in log,
            **conventional.noticed(self._dev.side.image, self._prod.image),
        }
        evidence = answers["symptom"] or "no symptom"
        if loud is self.scenario.silent:
            evidence += f" (scenario.py says that it is {'silent' if self.scenario.silent else 'loud'}; it is not)"
        holds = bool(answers["symptom"]) and loud is not self.scenario.silent and self.scenario.trace in log
        return holds, evidence, {**answers, "noticed": noticed}

    def _caught(self) -> StageResult:
        return {
            "startup": self._refused_at_startup,
            "request": self._refused_at_request,
            "gate": self._found_by_gate,
            "replay": self._found_by_replay,
            "monitor": self._found_by_monitor,
        }[self.scenario.caught_by]()

    def _fixed(self) -> StageResult:
        overlays = self.scenario.overlays("fixed")
        if not overlays:
            return _clean(self._baselines.product.answers, self._baselines.product.report)
        fixed = self._enter(overlays, "enforce")
        if not fixed.started:
            return False, f"prod does not start: {fixed.last_error()}", {}
        on_prod = self.scenario.fixed_on == "prod"
        model = on_prod and self._replayed
        dev = self._dev.snapshot(model=model) if on_prod else fixed.snapshot(model=False, sibling=True)
        return _clean(fixed.ask(), parity.gate(dev, fixed.snapshot(model=model), model=model))

    def _benign(self) -> StageResult:
        prod = self._enter(self.scenario.overlays("benign"), "enforce")
        if not prod.started:
            return False, f"prod does not start: {prod.last_error()}", {}
        a, b = self._baselines.product.snapshot(model=True), prod.snapshot(model=True)
        answers = prod.ask(PARITY_LAB_PATH="/check /predict")
        watched = answers.pop("report")
        holds, evidence, details = _clean(answers, parity.gate(a, b, model=True))
        replayed = parity.replay(prod.url)
        guarded = [line for line in prod.log().splitlines() if '"risk ' in line or '"breaks ' in line]
        found = parity.serious(replayed) + parity.serious(watched)
        evidence += "; guard, replay over HTTP and monitor find nothing" if not found and not guarded else ""
        problems = [*parity.lines(found), *guarded]
        return holds and not problems, "; ".join([evidence, *problems]), {**details, "replay": replayed}

    def _refused_at_startup(self) -> StageResult:
        guarded = self._enter(self.scenario.overlays("broken"), self._guard)
        if guarded.started and "scorer" in self.scenario.checks:
            return _scorer_refused(guarded)
        if guarded.started:
            return False, "prod starts under the guard" if self._guard == "enforce" else "prod starts", {}
        error = guarded.last_error()
        missing = [check for check in self.scenario.checks if f"{LOGGED_AS.get(check, check)}: " not in error]
        if self.scenario.trace and self.scenario.trace in guarded.log():
            return False, f"it is refused too late: prod's log says {self.scenario.trace!r}", {}
        return not missing, error, {"missing": missing}

    def _refused_at_request(self) -> StageResult:
        guarded = self._broken_prod(self._guard)
        if not guarded.started:
            return False, f"prod does not start: {guarded.last_error()}", {}
        answers = guarded.ask()
        refused = answers["asked"] - answers["answered"]
        if not refused or set(answers["statuses"]) - {"200", "422"} or answers["flipped"]:
            return False, f"not refused by the contract: {answers['symptom']}; {answers['problem']}", answers
        problem = json.loads(answers["problem"])
        evidence = f"{refused:,} of {answers['asked']:,} refused: {problem['detail']} → {problem['remedy']}"
        return problem["type"].endswith("broken-contract"), evidence, answers

    def _found_by_gate(self) -> StageResult:
        a, b = (of.snapshot(model=self._replayed) for of in (self._dev, self._prod))
        return self._named(parity.gate(a, b, model=self._replayed))

    def _found_by_replay(self) -> StageResult:
        return self._named(parity.replay(self._prod.url))

    def _found_by_monitor(self) -> StageResult:
        return self._named(self._prod.ask(PARITY_LAB_PATH="/check")["report"])

    def _named(self, report: parity.Report) -> StageResult:
        """Whether each named check has found something, and one of them more than a note.

        Without these checks: whether any other has found more than a note.
        """
        serious = parity.serious(report, self._without)
        if self._without:
            return bool(serious), "; ".join(parity.lines(serious)) or "nothing found", {"findings": serious}
        named = [finding for finding in report["findings"] if finding["check"] in self.scenario.checks]
        missing = [check for check in self.scenario.checks if check not in {finding["check"] for finding in named}]
        # The check `image` has nothing but notes.
        shown = [finding for finding in named if finding in serious or finding["check"] == "image"]
        evidence = "; ".join(parity.lines(shown or serious)) or "nothing found"
        holds = not missing and any(finding in serious for finding in named)
        return holds, evidence, {"findings": serious, "missing": missing}

    @cached_property
    def _dev(self) -> Baseline:
        """Prod as dev knows it."""
        return self._baselines.of(self.scenario, "off") if self.scenario.baseline else self._baselines.product

    @cached_property
    def _prod(self) -> LabSide:
        """Prod with the break, without its guard."""
        return self._broken_prod("off")

    def _broken_prod(self, guard: str) -> LabSide:
        """Prod with the break; if only what is sent differs, it is the baseline's prod, asked by another client."""
        overlays = self.scenario.overlays("broken")
        if self.scenario.baseline and self._dev.side.with_client_of(overlays):
            same = self._baselines.of(self.scenario, guard).side.with_client_of(overlays)
            assert same
            return same
        return self._enter(overlays, guard)

    @property
    def _replayed(self) -> bool:
        """Whether the gate replays golden requests on both sides."""
        return self.scenario.model and self.scenario.caught_by == "gate"

    def _enter(self, overlays: tuple[str, ...], guard: str) -> LabSide:
        return self._stack.enter_context(side(self._baselines.folder, overlays, guard))


def _scorer_refused(prod: LabSide) -> StageResult:
    """Whether prod says that it does not serve the compiled scorer, and answers as dev does without it."""
    answers = prod.ask()
    logged = [json.loads(line) for line in prod.log().splitlines() if REFUSED in line]
    if not logged:
        return False, f"prod starts, and the compiled scorer serves: {answers['symptom']}", {}
    evidence = f"{REFUSED}: {logged[0]['evidence']}; the {logged[0]['scorer']} answers: "
    return not answers["symptom"], evidence + (answers["symptom"] or "no symptom"), {}


def _clean(answers: dict[str, Any], report: parity.Report) -> StageResult:
    """Whether there is no symptom, and the gate has nothing above a note and could decide."""
    serious = parity.serious(report)
    undecided = [entry["reason"] for entry in report["undecided"]]
    gate = parity.lines(serious) or ["the gate is clean"]
    evidence = "; ".join([answers["symptom"] or "no symptom", *gate, *undecided])
    return not answers["symptom"] and not serious and not undecided, evidence, {**answers, "findings": serious}
