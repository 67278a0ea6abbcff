"""Do both sides agree on what a row looks like?

Known from a replay: the contract that the code of each side declares.
"""

from collections.abc import Iterator

from shared.compare.report import Finding, Severity, Snapshot


def check(a: Snapshot, b: Snapshot) -> Iterator[Finding]:
    """Compare the hashes of contracts."""
    ours, theirs = a.value("contract"), b.value("contract")
    if ours != theirs and ours and theirs:
        yield Finding(
            "contract",
            "contract",
            ours[:12],
            theirs[:12],
            Severity.BREAKS,
            "a row that one side takes the other may refuse or read differently",
            "build both sides from one revision; models are trained again under the new contract",
        )
