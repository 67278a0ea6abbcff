"""Is it one image?

The same image ID means the same files; then only the surroundings can differ. Another ID
means nothing by itself (a rebuild has another time in it), so it is a note: the other
checks say what differs inside.
"""

from collections.abc import Iterator

from shared.compare.checks._compare import both, shown
from shared.compare.report import Finding, Severity, Snapshot


def check(a: Snapshot, b: Snapshot) -> Iterator[Finding]:
    """Compare image IDs."""
    ids = a.value("image"), b.value("image")
    if ids[0] != ids[1] and all(ids):
        yield Finding(
            "image",
            "image ID",
            *both(shown, *ids),
            Severity.NOTE,
            "two images; whether it matters, the other findings say",
            "run both sides from one image, by ID",
        )
