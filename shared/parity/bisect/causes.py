"""Causes among differences, one after another, until the rest changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shared.compare.report import Finding, Severity
from shared.parity.bisect.ddmin import ddmin
from shared.parity.bisect.result import Cause
from shared.parity.bisect.trials import MOVED, NoTimeLeftError, Trials

OUT_OF_TIME = "Time ran out; --timeout SECONDS gives more. What was tried until then is below."


@dataclass
class Search:
    """A search, and what it found.

    Attributes:
        names: the differences that can be exchanged.
        outside: those that cannot.
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
        except NoTimeLeftError:
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
            self.candidates = tuple(finding for finding in self.outside if finding.severity is Severity.RISK) or tuple(
                self.outside
            )
        if not all_of_it.symptom:
            self.cleared = len(everything)
            self.notes.append("The cause is Python itself, the base, the machine or how it is started, named below.")
            return "outside"
        if all_of_it.symptom != MOVED and not all_of_it.as_other:
            self.notes.append(
                f"With all of it the model fails otherwise than in the other environment ({all_of_it.effect}), "
                "so what can be exchanged does not run on this base."
            )
            return "undecided"
        if not all_of_it.as_other:
            self.notes.append("All of it together does not give the other side's answers: a part lies outside.")
        rest = everything
        while rest and self._next(rest):
            cause = self.causes[-1].step.taken
            apart = frozenset(name for name in rest if not self.trials.closed(frozenset([name])) & cause)
            tied = rest - cause - apart
            if tied:
                self.notes.append(
                    f"It cannot be separated from these, since one requires the other: {', '.join(sorted(tied))}."
                )
            rest = apart
        return "found"

    def _next(self, rest: frozenset[str]) -> bool:
        """Find one cause in the rest; False if there is none, or it cannot be decided."""
        shown = self.trials(rest)
        if not shown.symptom:
            self.cleared = len(rest)
            self.notes.append(f"The other {len(rest)} differences change nothing, all together.")
            return False
        if shown.symptom != MOVED and not shown.as_other:
            self.notes.append(f"The other {len(rest)} differences could not be tried without it: {shown.effect}.")
            return False
        order = [name for name in self.names if name in rest]
        found = [rest]
        try:
            for smaller in ddmin(order, lambda taken: self.trials(taken).symptom == shown.symptom, self.trials.closed):
                found.append(smaller)
        except NoTimeLeftError:
            self.causes.append(self._cause(found[-1], minimal=False))
            raise
        self.causes.append(self._cause(found[-1], minimal=True))
        return True

    def _cause(self, smallest: frozenset[str], minimal: bool) -> Cause:
        """The set, split into what has the effect, and what merely must come with that."""
        chosen = smallest
        for name in sorted(smallest):
            if self.trials.closed(chosen - {name}) == smallest:
                chosen -= {name}
        members, required = (
            tuple(finding for name, finding in self.names.items() if name in names)
            for names in (chosen, smallest - chosen)
        )
        return Cause(members, required, self.trials(smallest), minimal)
