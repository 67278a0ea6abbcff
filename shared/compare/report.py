"""What a comparison of two environments found."""

import dataclasses
import enum
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

FORMAT = 1


class Severity(enum.StrEnum):
    """How bad a difference is, worst first.

    `breaks`: proven by replay, or certain to fail. `risk`: may change results.
    `note`: differs and cannot change results, or was proven harmless.
    """

    BREAKS = "breaks"
    RISK = "risk"
    NOTE = "note"


RANK = {severity: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True)
class Snapshot:
    """One environment.

    Attributes:
        name: what the user called it, such as `image:REF`.
        facts: as the package `facts` obtains them, and what the source and the replay add.
    """

    name: str
    facts: Mapping[str, Mapping[str, Any]]

    def value(self, fact: str) -> Any:
        """A fact's value; None if it is unknown or was never asked."""
        return self.facts.get(fact, {}).get("value")

    def unknown(self, fact: str) -> str | None:
        """Why a fact is unknown; None if it is known."""
        return self.facts.get(fact, {"unknown": "not recorded"}).get("unknown")


@dataclass(frozen=True)
class Finding:
    """One difference.

    Attributes:
        check: ID of the check that found it.
        subject: what differs.
        a, b: what it is on each side.
        why: why it matters.
        remedy: a line to type or a change to make.
        effect: measured change of predictions, from 0 to 1, if it was measured: the share of labels that flip, or of
            answers that move where nothing is a label.
        details: more evidence, by name.
        replayed: whether golden requests run through it, so that their answers can clear it.
        ignored: why the project ignores it, and until when; empty if it does not.
    """

    check: str
    subject: str
    a: str
    b: str
    severity: Severity
    why: str
    remedy: str
    effect: float | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    replayed: bool = True
    ignored: str = ""


@dataclass(frozen=True)
class Undecided:
    """A check that could not be carried out, which is never "ok"."""

    check: str
    reason: str
    remedy: str


@dataclass(frozen=True)
class Report:
    """Findings, worst first, and what could not be decided.

    Attributes:
        replayed: golden requests whose answers were compared; 0 if none were.
        untried: what nobody asked to try, and what that would need; empty if there is nothing.
        compared: of side `a` and of side `b`, what was compared, as the fact `compared` has it.
        measure: how answers were judged: noise floor, tolerance, threshold, labels; and how many moved and flipped.
        lacking: kinds of requests that the golden file lacks, and what each would clear.
    """

    a: str
    b: str
    findings: tuple[Finding, ...]
    undecided: tuple[Undecided, ...] = ()
    replayed: int = 0
    untried: str = ""
    compared: Mapping[str, Any] = field(default_factory=dict)
    measure: Mapping[str, Any] = field(default_factory=dict)
    lacking: tuple[str, ...] = ()

    def count(self, severity: Severity) -> int:
        """Findings of that severity."""
        return sum(finding.severity is severity for finding in self.findings)

    def exit_code(self, fail_on: Severity) -> int:
        """0 parity, 1 broken, 2 could not decide."""
        if any(RANK[finding.severity] <= RANK[fail_on] for finding in self.findings):
            return 1
        return 2 if self.undecided else 0


def ranked(findings: list[Finding]) -> tuple[Finding, ...]:
    """What changes predictions first, with the largest measured effect on top; then risks; then notes."""
    return tuple(sorted(findings, key=lambda finding: (RANK[finding.severity], -(finding.effect or 0))))


def proven_harmless(findings: list[Finding], replayed: int) -> list[Finding]:
    """Risks become notes where the process that serves replayed all, and no answer moved.

    Of nothing replayed, nothing is proven. What the gate's own replays clear is narrower: `parity.replay.clearing`.
    """
    if not replayed:
        return findings
    proof = f"proven harmless: {replayed} golden answers stayed within the noise floor"
    return [
        replace(finding, severity=Severity.NOTE, why=f"{finding.why} ({proof})")
        if finding.severity is Severity.RISK and finding.replayed
        else finding
        for finding in findings
    ]


def to_json(report: Report, code: int) -> str:
    """The report with its format's version and the verdict, as `report.schema.json` describes it."""
    body = {"format": FORMAT, "exit_code": code, **dataclasses.asdict(report)}
    return json.dumps(_plain(body), indent=2, allow_nan=False) + "\n"


def _plain(value: Any) -> Any:
    """The value as JSON can hold it: RFC 8259 has no NaN and no infinity, so these are texts."""
    if isinstance(value, dict):
        return {str(key): _plain(element) for key, element in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(element) for element in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)
