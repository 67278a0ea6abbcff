"""Is the project's own code the same on both sides?

Features written twice, or a function that an artifact refers to by name and that has
changed since, give other predictions with the same artifact. The Python files below the
working folder, on PYTHONPATH and of editable installs are compared by hash, folder by folder.
"""

from collections.abc import Iterator

from shared.compare.checks._compare import both, differences, digest, unreadable
from shared.compare.report import Finding, Severity, Snapshot

NOT_SERVING = {"dev", "docs", "notebooks", "scripts", "examples", "benchmarks"}
"""Folders whose code does not compute predictions, by custom."""


def check(a: Snapshot, b: Snapshot) -> Iterator[Finding]:
    """Compare the hashes of folders."""
    yield from unreadable("code", a, b, "code", "imports")
    for folder, ours, theirs in differences(a, b, "code"):
        risky = folder not in NOT_SERVING
        yield Finding(
            "code",
            folder,
            *both(digest, ours, theirs),
            Severity.RISK if risky else Severity.NOTE,
            "the code that computes predictions differs" if risky else "it does not compute predictions",
            "build both sides from one revision, and keep one copy of the code that both use",
        )
