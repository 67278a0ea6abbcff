"""Are the files next to the code the same: settings, lookup tables, queries, models?

A model left in an image by an old layer, or a table of categories that one side has and the
other has not, changes predictions while the code and the packages are the same. Files that
programs read are compared by hash; what only developers' tools read is a note.
"""

import re
from collections.abc import Iterator

from shared.compare.checks._compare import both, differences, digest, unreadable
from shared.compare.checks.code import NOT_SERVING
from shared.compare.report import Finding, Severity, Snapshot

TOOLS = re.compile(
    r"pyproject\.toml|setup\.cfg|tox\.ini|mypy\.ini|pytest\.ini|ruff\.toml|(docker-)?compose.*|requirements.*|constraints.*"
    r"|(license|licence|copying|notice|readme|changelog|authors).*|(build|version|revision|commit)[-_.].*"
    r"|package(-lock)?\.json|tsconfig.*|mkdocs\.yml|environment\.ya?ml|.*[-_.]lock(\.\w+)?|log(ging)?\.(conf|ini|json|ya?ml|toml)",
    re.IGNORECASE,
)


def check(a: Snapshot, b: Snapshot) -> Iterator[Finding]:
    """Compare the hashes of files."""
    yield from unreadable("files", a, b, "files")
    for path, ours, theirs in differences(a, b, "files"):
        folder, _, name = path.rpartition("/")
        risky = folder.split("/")[0] not in NOT_SERVING and not TOOLS.fullmatch(name)
        yield Finding(
            "files",
            path,
            *both(digest, ours, theirs),
            Severity.RISK if risky else Severity.NOTE,
            "code that reads it computes something else" if risky else "it is for tools, not for predictions",
            f"put one {name} in both: build them from one revision, or copy the file",
        )
