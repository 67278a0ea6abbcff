"""Is it one Python?

Between minor versions the language and the standard library change results without an
error (formatting of str enums in 3.11), and pickles and wheels differ. Flags change
encodings, assertions and the order of sets. A patch release is a note.
"""

from collections.abc import Iterator

from shared.compare.checks._compare import differences, shown, unreadable
from shared.compare.report import Finding, Severity, Snapshot

RISKS = {
    "implementation": "another interpreter rounds, orders and imports in its own ways",
    "abi": "compiled packages are built for another interface",
    "optimize": "assertions and docstrings are there on one side only",
    "hash_randomization": "the order of sets and the value of hash() differ",
    "hash_seed": "the order of sets and the value of hash() differ",
    "gil": "threads interleave in other ways",
}
NOTES = {"utf8_mode": "the encodings that it sets are compared by themselves"}


def check(a: Snapshot, b: Snapshot) -> Iterator[Finding]:
    """Compare version, build and flags."""
    yield from unreadable("python", a, b, "python")
    for key, ours, theirs in differences(a, b, "python"):
        if key == "version":
            minor = [str(version).split(".")[:2] for version in (ours, theirs)]
            severity = Severity.NOTE if minor[0] == minor[1] else Severity.RISK
            why = (
                "a patch release" if severity is Severity.NOTE else "the language and its library changed between them"
            )
        else:
            severity = Severity.RISK if key in RISKS else Severity.NOTE
            why = RISKS.get(key) or NOTES.get(key, "how it was built")
        remedy = "use one Python on both sides: build both from one base image"
        yield Finding("python", key.replace("_", " "), shown(ours), shown(theirs), severity, why, remedy)
