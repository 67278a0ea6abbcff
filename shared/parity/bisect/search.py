"""Which of the differences between two environments change the predictions?

The gate names every difference; most of them are harmless. This makes environments in between: a container of
A in which some packages, loose modules, folders of code, files and variables come from B. In each, the golden
requests are replayed. Delta debugging (ddmin) finds a smallest set that moves an answer beyond the noise floor,
or makes the model fail as it does in B: without any one of its members, it no longer does. Then the rest is
tried without that set, until what remains changes nothing; so causes that are independent are all found, and
those that act only together are found together.

Packages whose requirements (Requires-Dist) would be violated are exchanged together. A set that fails otherwise
than B counts as not decided. Machine code of another Python or processor is never mixed in. If all that can be
exchanged does not change the predictions, the cause lies outside: Python itself, the base's libraries, the CPU,
limits; the differences that the gate found there are named as candidates.
"""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shared.errors import ParityError
from shared.parity import checks, passport, sources
from shared.parity.bisect.bench import bench
from shared.parity.bisect.ddmin import closure, ddmin
from shared.parity.bisect.result import Cause, Result
from shared.parity.bisect.trials import MOVED, OutOfTimeError, Sides, Trials, judged
from shared.parity.report import Finding, Severity, Snapshot, ranked
from shared.parity.snapshot import NOT_RECORDED

OUT_OF_TIME = "Time ran out; --timeout SECONDS gives more. What was tried until then is below."
SYMPTOMS = ("predictions", "model", "image")
"""Checks that tell what happens, or merely that something differs."""


def bisect(a: str, b: str, model: Path, seconds: float, progress: Callable[[str], None]) -> Result:
    """Find what makes two sources (`image:REF` or `container:ID`) predict differently.

    Args:
        model: a model folder with golden requests.
        seconds: after which it says what it knows by then.

    Raises:
        ParityError: a source cannot be had, cannot replay the model, or cannot be copied; both sides fail.
    """
    deadline = time.monotonic() + seconds
    golden = passport.golden(model)
    for source in (a, b):
        sources.running(source)  # before the long work, whether both can be bisected
    progress(f"snapshot of {a} and {b}, replay of {len(golden.requests)} golden requests")
    with ThreadPoolExecutor(2) as both:
        left, right = both.map(lambda source: sources.take(source, model), (a, b))
    failures = [side.value("failure") for side in (left, right)]
    if all(failures):
        raise ParityError(
            "the model fails on both sides, so there is no difference to search for",
            evidence=f"{failures[0]['what']}: {failures[0]['evidence']}",
            remedy=failures[0]["remedy"],
        )
    if not judged(golden, _answers(left), _answers(right))[0]:
        return Result(a, b, "none", 0, len(golden.requests))
    found = [finding for finding in ranked(checks.run(left, right)[0]) if finding.check not in SYMPTOMS]
    if failures[0]:
        progress(f"the model fails in {a}: searching for what {b} would have to take from it to fail alike")
        a, b, left, right = b, a, right, left
    names = {_name(finding): finding for finding in found if _exchangeable(finding, left, right)}
    variables = {
        name: (right.value("variables") or {}).get(finding.subject)
        for name, finding in names.items()
        if finding.check == "settings"
    }
    parts = [name for name in names if name not in variables]
    notes = []
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        return Result(a, b, "undecided", len(names), len(golden.requests), notes=(OUT_OF_TIME,))
    with bench(left, right, parts, variables, remaining) as made:
        if (left.value("python") or {}).get("abi") != (right.value("python") or {}).get("abi"):
            kept = set(made.native)
            names = {name: finding for name, finding in names.items() if name not in kept}
            notes.append(
                f"Python is another ({_abi(left)} | {_abi(right)}), so machine code cannot be exchanged: "
                f"{len(kept)} packages are left as they are."
            )
        closed = closure({name: [each for each in made.forced.get(name, ()) if each in names] for name in names})
        sides = Sides(golden, _answers(left), _answers(right))
        trials = Trials(made, sides, model, closed, len(names), deadline, progress)
        outside = tuple(finding for finding in found if _name(finding) not in names)
        search = Search(trials, names, outside, notes)
        verdict = search.run()
    return Result(
        a,
        b,
        verdict,
        len(names),
        len(golden.requests),
        tuple(search.causes),
        search.cleared,
        search.candidates,
        tuple(search.notes),
        tuple(trials.steps.values()),
    )


@dataclass
class Search:
    """Causes one after another, until the rest changes nothing.

    Attributes:
        candidates: of `outside`, what is to be looked at next.
    """

    trials: Trials
    names: Mapping[str, Finding]
    outside: Sequence[Finding]
    notes: list[str]
    causes: list[Cause] = field(default_factory=list)
    cleared: int = 0
    candidates: tuple[Finding, ...] = ()

    def run(self) -> str:
        """Search, and return the verdict."""
        try:
            return self._search()
        except OutOfTimeError:
            self.notes.append(OUT_OF_TIME)
            return "found" if any(cause.minimal for cause in self.causes) else "undecided"

    def _search(self) -> str:
        everything = frozenset(self.names)
        if self.trials(frozenset()).symptom:
            self.notes.append(
                "A container made of the first side does not answer as it does itself, so nothing can be compared: "
                "it depends on how it was started (limits, CPUs, mounts). Name images."
            )
            return "undecided"
        all_of_it = self.trials(everything)
        if not all_of_it.as_other:
            self.candidates = tuple(each for each in self.outside if each.severity is Severity.RISK) or tuple(
                self.outside
            )
        if not all_of_it.symptom:
            self.cleared = len(everything)
            self.notes.append("The cause is Python itself, the base, the machine or how it is started, named below.")
            return "outside"
        if all_of_it.symptom != MOVED and not all_of_it.as_other:
            self.notes.append(
                f"With all of it the model fails otherwise than in the other environment ({all_of_it.told}), "
                "so what can be exchanged does not run on this base."
            )
            return "undecided"
        if not all_of_it.as_other:
            self.notes.append("All of it together does not give the other side's answers: a part lies outside.")
        rest = everything
        while rest and self._next(rest):
            cause = frozenset(map(_name, (*self.causes[-1].members, *self.causes[-1].required)))
            apart = frozenset(name for name in rest if not self.trials.closed(frozenset([name])) & cause)
            tied = rest - cause - apart
            if tied:
                self.notes.append(f"Not told apart from it, for one requires the other: {', '.join(sorted(tied))}.")
            rest = apart
        return "found"

    def _next(self, rest: frozenset[str]) -> bool:
        """Find one cause in the rest; False if there is none, or none can be told."""
        shown = self.trials(rest)
        if not shown.symptom:
            self.cleared = len(rest)
            self.notes.append(f"The other {len(rest)} differences change nothing, all together.")
            return False
        if shown.symptom != MOVED and not shown.as_other:
            self.notes.append(f"The other {len(rest)} differences could not be tried without it: {shown.told}.")
            return False
        order = [name for name in self.names if name in rest]
        found = [rest]
        try:
            for smaller in ddmin(order, lambda taken: self.trials(taken).symptom == shown.symptom, self.trials.closed):
                found.append(smaller)
        except OutOfTimeError:
            self.causes.append(self._cause(found[-1], minimal=False))
            raise
        self.causes.append(self._cause(found[-1], minimal=True))
        return True

    def _cause(self, smallest: frozenset[str], minimal: bool) -> Cause:
        """The set, told apart into what brings it about, and what merely must come with that."""
        chosen = smallest
        for name in sorted(smallest):
            if self.trials.closed(chosen - {name}) == smallest:
                chosen -= {name}
        members, required = (
            tuple(finding for name, finding in self.names.items() if name in each)
            for each in (chosen, smallest - chosen)
        )
        return Cause(members, required, self.trials(smallest), minimal)


def _answers(snapshot: Snapshot) -> dict[str, Any]:
    return {name: snapshot.value(name) for name in ("failure", "stages")}


def _exchangeable(finding: Finding, ours: Snapshot, theirs: Snapshot) -> bool:
    """Whether it is files below the packages or the code, or a variable whose value is known."""
    if finding.check == "settings":
        values = [(side.value("variables") or {}).get(finding.subject) for side in (ours, theirs)]
        return values[0] != values[1] and NOT_RECORDED not in values
    kinds = r"packages: \S+( \((loose|startup)\))?|code: \S+|files: \S+"
    return re.fullmatch(kinds, _name(finding)) is not None


def _name(finding: Finding) -> str:
    return f"{finding.check}: {finding.subject}"


def _abi(snapshot: Snapshot) -> str:
    return str((snapshot.value("python") or {}).get("abi"))
