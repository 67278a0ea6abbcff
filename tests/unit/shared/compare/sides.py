"""Two environments that differ in what a test says, and in nothing else."""

import copy
from typing import Any

from shared.compare import checks
from shared.compare.report import Finding, Severity, Snapshot

Facts = dict[str, dict[str, Any]]
BREAKS, RISK, NOTE = Severity
OTHER = "f" * 64
"""A hash that is not what the snapshot has."""


class Gone:
    """Stands for a value that is not there."""


GONE = Gone()


def changed(facts: Facts, *changes: tuple[str, Any]) -> Facts:
    """A copy in which each path (`fact/key/key`) has another value; a function gets the old value."""
    facts = copy.deepcopy(facts)
    for path, value in changes:
        name, *keys = path.split("/")
        fact = facts.setdefault(name, {"value": {}, "how": "a test"})
        if not keys:
            fact["value"] = value(fact["value"]) if callable(value) else value
            continue
        place = fact["value"]
        for key in keys[:-1]:
            place = place[key]
        if value is GONE:
            del place[keys[-1]]
        else:
            place[keys[-1]] = value(place[keys[-1]]) if callable(value) else value
    return facts


def found(ours: Facts, theirs: Facts) -> list[Finding]:
    """What the checks find between two sides; that a check crashes is an error of the test."""
    findings, undecided = checks.run(Snapshot("A", ours), Snapshot("B", theirs))
    assert undecided == []
    return findings


def serious(findings: list[Finding]) -> list[Finding]:
    """Those above a note."""
    return [finding for finding in findings if finding.severity is not NOTE]


def package(version: str = "1.0", **parts: Any) -> dict[str, Any]:
    """A package as a snapshot has it, which nothing imports."""
    return {
        "version": version,
        "sha256": "a" * 64,
        "missing_files": 0,
        "source": "pip",
        "location": "/site-packages",
        "modules": ["never_imported"],
        "requires": [],
        **parts,
    }


def without(name: str) -> Any:
    """A change that takes a package away."""
    return lambda packages: {other: package for other, package in packages.items() if other != name}
