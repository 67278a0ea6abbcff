"""Is it one Python?

Between minor versions the language and the standard library change results without an
error (formatting of str enums in 3.11), and pickles and wheels differ. Flags change
encodings, assertions and the order of sets. A patch release is a note. Another minor version is one
finding, with the packages that were built anew for it.
"""

from collections.abc import Iterator

from shared.compare.checks._compare import both, differences, digest, minors, rebuilt, shown, unreadable
from shared.compare.report import Finding, Severity, Snapshot, Undecided

RISKS = {
    "implementation": "another interpreter rounds, orders and imports in its own ways",
    "abi": "compiled packages are built for another interface",
    "optimize": "assertions and docstrings are there on one side only",
    "hash_randomization": "the order of sets and the value of hash() differ",
    "hash_seed": "the order of sets and the value of hash() differ",
    "gil": "threads interleave in other ways",
}
NOTES = {
    "utf8_mode": "the encodings that it sets are compared by themselves",
    "version": "a patch release",
}
MAX_NAMES = 3
FOLLOWS = {"version", "abi", "build", "compiler", "executable"}
"""What differs between two minor versions in any case."""


def check(a: Snapshot, b: Snapshot) -> Iterator[Finding | Undecided]:
    """Compare version, build and flags."""
    yield from unreadable("python", a, b, "python")
    remedy = "use one Python on both sides: build both from one base image"
    yield from _standard(a, b)
    ours, theirs = minors(a, b)
    if ours != theirs:
        yield _another(a, b, remedy)
    for key, *values in differences(a, b, "python"):
        if ours != theirs and key in FOLLOWS:
            continue
        severity = Severity.RISK if key in RISKS else Severity.NOTE
        why = RISKS.get(key) or NOTES.get(key, "how it was built")
        yield Finding("python", key.replace("_", " "), *both(shown, *values), severity, why, remedy)


def _standard(a: Snapshot, b: Snapshot) -> Iterator[Finding]:
    """Modules of the standard library that differ, though Python is of one version."""
    versions = [(side.value("python") or {}).get("version") for side in (a, b)]
    if versions[0] != versions[1] or a.value("standard") is None or b.value("standard") is None:
        return
    differ = [name for name, ours, theirs in differences(a, b, "standard") if ours and theirs]
    if differ:
        names = f"{', '.join(differ[:MAX_NAMES])}{f' and {len(differ) - MAX_NAMES} more' * (len(differ) > MAX_NAMES)}"
        sides = both(lambda side: digest(side.value("standard")[differ[0]]), a, b)
        why = "a module of Python itself was edited, or Python was built from another source"
        remedy = "use one Python on both sides: build both from one base image"
        subject, details = f"standard library: {names}", {"files": differ}
        yield Finding("python", subject, *sides, Severity.RISK, why, remedy, details=details)


def _another(a: Snapshot, b: Snapshot, remedy: str) -> Finding:
    """Another minor version: one finding for all that follows from it."""
    sides = both(lambda side: shown(side.value("python")["version"]), a, b)
    details = {"also": [key for key, *_ in differences(a, b, "python") if key in FOLLOWS], "rebuilt": rebuilt(a, b)}
    why = "the language and its library changed between them"
    if details["rebuilt"]:
        why += f"; {len(details['rebuilt'])} packages of one version have other files, built for each"
    return Finding("python", "version", *sides, Severity.RISK, why, remedy, details=details)
