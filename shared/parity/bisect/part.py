"""What one environment can take from another: what differs in a fact whose values are files or variables."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.compare.checks._compare import both, differences, digest
from shared.compare.facts import masks
from shared.compare.report import Finding, Severity, Snapshot

CHECKS = {
    "packages": "packages",
    "loose": "packages",
    "startup": "packages",
    "code": "code",
    "files": "files",
    "variables": "settings",
}
"""By fact, the check that compares it."""


@dataclass(frozen=True)
class Part:
    """One entry of a fact.

    Attributes:
        fact: one of `CHECKS`.
        name: of a distribution, module, folder, file or variable.
    """

    fact: str
    name: str

    @property
    def key(self) -> tuple[str, str]:
        """Check and subject of the finding about it."""
        return CHECKS[self.fact], f"{self.name} ({self.fact})" if self.fact in ("loose", "startup") else self.name

    def __str__(self) -> str:
        return ": ".join(self.key)


def parts(ours: Snapshot, theirs: Snapshot, found: Sequence[Finding]) -> dict[Part, Finding]:
    """What can be exchanged, in the order of the findings about it; files that one finding sums up come last.

    Args:
        found: by the gate, of these snapshots.
    """
    differing = {part.key: part for part in _differing(ours, theirs)}
    named = {differing[key]: finding for finding in found if (key := (finding.check, finding.subject)) in differing}
    files = (part for part in differing.values() if part.fact == "files" and part not in named)
    return named | {part: _file(part, ours, theirs) for part in files}


def _differing(ours: Snapshot, theirs: Snapshot) -> Iterator[Part]:
    for fact in CHECKS:
        for name, *values in differences(ours, theirs, fact):
            if fact != "variables" or not any(map(masks.incomplete, values)):
                yield Part(fact, name)


def _file(part: Part, ours: Snapshot, theirs: Snapshot) -> Finding:
    sides = both(digest, *((side.value("files") or {}).get(part.name) for side in (ours, theirs)))
    return Finding(*part.key, *sides, Severity.RISK, "code may read it", f"put one {part.name} in both")
