"""Is it known what serves?

The packages, the code and the settings that count are those of the Python that serves, which need not be the one on
PATH. It is looked for: in a container among its processes, in an image by following its entrypoint and command as the
kernel and a shell would. Where that leads nowhere, where an entrypoint sets variables that nobody saw, or where the
code imports what that Python lacks, the rest of the comparison may be of something else, so nothing is decided. Two
sides of one image are one, whatever it starts.
"""

from collections.abc import Iterator
from typing import Any

from shared.compare.report import Snapshot, Undecided

NAME_IT = "name the Python that serves: --python PATH (for both sides; or two, with a comma between)"
RUN_IT = "start it as it serves, and compare the containers: container:ID"


def check(a: Snapshot, b: Snapshot) -> Iterator[Undecided]:
    """What is not known of either side."""
    ours, theirs = (_fact(side) for side in (a, b))
    if ours and ours == theirs and a.value("image") and a.value("image") == b.value("image"):
        return
    for side, serving in ((a, ours), (b, theirs)):
        for reason in serving.get("unseen") or ():
            yield Undecided("serving", f"which Python serves in {side.name} is not known: {reason}", NAME_IT)
        for reason in serving.get("hidden") or ():
            yield Undecided("serving", f"not seen in {side.name}: {reason}", RUN_IT)
        lacking = side.value("lacks")
        if lacking:
            reason = f"the code of {side.name} imports {', '.join(lacking[:3])}, which its Python lacks"
            yield Undecided("serving", f"{reason}: another one serves", NAME_IT)


def _fact(side: Snapshot) -> dict[str, Any]:
    value = side.value("serving")
    return value if isinstance(value, dict) else {}
