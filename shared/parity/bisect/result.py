"""What a bisection found, in values, in words and as JSON."""

import dataclasses
import json
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from shared.compare.report import Finding
from shared.errors import printable
from shared.parity.formats.text import wrapped

FORMAT = 1
CODES = {"none": 0, "found": 1, "outside": 1, "undecided": 2}


@dataclass(frozen=True)
class Step:
    """One set that was tried.

    Attributes:
        taken: what came from the other environment; everything else was the base's own.
        symptom: what is compared; empty where the model answers as before, else `moved` or the failure.
        effect: the same in words, with its measure.
        flipped: labels that flip against the environment without any of it; None where it does not answer.
        largest: largest difference of an answer; None where it does not answer, or is not a number.
        as_other: whether it answers, or fails, as the other environment itself.
    """

    taken: frozenset[str]
    symptom: str
    effect: str
    flipped: int | None
    largest: float | None
    as_other: bool


@dataclass(frozen=True)
class Cause:
    """A smallest set of differences that shows a symptom by itself.

    Attributes:
        members: what differs, as the gate found it.
        required: what must be exchanged with them, for they require it or it requires them.
        step: its measured effect.
        minimal: whether time sufficed to make it as small as can be.
    """

    members: tuple[Finding, ...]
    required: tuple[Finding, ...]
    step: Step
    minimal: bool = True


@dataclass(frozen=True)
class Result:
    """The answer to: which differences change the predictions?

    Attributes:
        base, other: which environment was changed, and where parts came from.
        verdict: none, found, outside (of all that can be exchanged) or undecided.
        differences: how many could be exchanged.
        causes: independent of one another, the largest search first.
        cleared: how many were shown to change nothing, all together.
        outside: differences that could not be exchanged; candidates where causes do not explain everything.
        notes: what else must be known, as sentences.
        steps: all sets that were tried, in order.
        requests: golden requests replayed with every set.
    """

    base: str
    other: str
    verdict: str
    differences: int
    requests: int
    causes: tuple[Cause, ...] = ()
    cleared: int = 0
    outside: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 no difference in predictions, 1 the cause or where it lies, 2 could not decide."""
        return CODES[self.verdict]


def text(result: Result) -> str:
    """For people at a terminal."""
    lines = [f"{printable(_verdict(result))} ({result.requests} golden requests, {len(result.steps)} sets tried)"]
    for cause in result.causes:
        for finding in cause.members:
            lines += [f"CULPRIT {printable(name_of(finding))}", f"        {_sides(finding)}"]
        lines += [f"   with: {printable(name_of(finding))}: {_sides(finding)}" for finding in cause.required]
        lines += wrapped(f"{cause.step.effect}{'; as the other side' if cause.step.as_other else ''}", " effect: ")
        lines.append(f" remedy: {printable(cause.members[0].remedy)}")
    lines += [line for note in result.notes for line in wrapped(note, "")]
    lines += [f"candidate {printable(name_of(finding))}: {_sides(finding)}" for finding in result.outside]
    lines += [
        printable(f"{number:>4}. {described(step.taken, result.differences)}: {brief(step)}")
        for number, step in enumerate(result.steps, 1)
    ]
    return "\n".join(lines) + "\n"


def to_json(result: Result) -> str:
    """For programs."""
    body = {"format": FORMAT, "exit_code": result.exit_code, **dataclasses.asdict(result)}
    return json.dumps(body, indent=2, allow_nan=False, default=_plain).replace("##", "#\\u0023") + "\n"  # as reports


def brief(step: Step) -> str:
    """What a set did, in a line."""
    if step.flipped is None or not step.symptom:
        return textwrap.shorten(step.effect, 90, placeholder=" …")
    largest = "" if step.largest is None else f", answers move by {step.largest:.3g} at most"
    return f"{step.flipped} labels flip{largest}"


def described(taken: Sequence[str] | frozenset[str], of: int, most: int = 3) -> str:
    """A set in a line."""
    if not taken:
        return "none"
    names = sorted(name.removeprefix("packages: ") for name in taken)
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{len(names)} of {of}: {', '.join(names[:most])}{more}"


def _verdict(result: Result) -> str:
    where = f"{result.base} and {result.other}"
    return {
        "none": f"NO DIFFERENCE in predictions between {where}",
        "found": f"FOUND {len(result.causes)} cause{'s'[: len(result.causes) - 1]} "
        f"among {result.differences} differences between {where}",
        "outside": f"OUTSIDE: none of {result.differences} exchangeable differences between {where} is the cause",
        "undecided": f"COULD NOT DECIDE between {where}",
    }[result.verdict]


def name_of(finding: Finding) -> str:
    """What a difference is called."""
    return f"{finding.check}: {finding.subject}"


def _sides(finding: Finding) -> str:
    return printable(f"{finding.a} | {finding.b}")


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, (set, frozenset)) else dict(value)  # type: ignore[call-overload]
