"""Does the model load and answer on both sides?

Known from a replay: half of the failures of an artifact in another environment appear only
at the first prediction, so it is loaded and asked.
"""

from collections.abc import Iterator

from shared.parity.checks._compare import both
from shared.parity.report import Finding, Severity, Snapshot


def check(a: Snapshot, b: Snapshot) -> Iterator[Finding]:
    """Report the side on which the model failed."""
    failures = a.value("failure"), b.value("failure")
    if any(failures):
        failed = next(failure for failure in failures if failure)
        yield Finding(
            "model",
            "loading and asking the model",
            *both(lambda failure: failure["what"] if failure else "works", *failures),
            Severity.BREAKS,
            failed["evidence"],
            failed["remedy"],
        )
