"""Is the project's own code the same on both sides?

Features written twice, or a function that an artifact refers to by name and that has
changed since, give other predictions with the same artifact. Python files, byte code without
its source and zipped applications are compared by hash, folder by folder: below the working
folder, of what the command starts, on PYTHONPATH, of .pth files and of editable installs. A file that the
command cannot come to import is a note. Where no code was seen, nothing is decided.
"""

from collections.abc import Iterator
from typing import Any

from shared.compare.checks._compare import both, differences, digest, unreadable
from shared.compare.report import Finding, Severity, Snapshot, Undecided

NOT_SERVING = {"dev", "docs", "notebooks", "scripts", "examples", "benchmarks"}
"""Folders whose code does not compute predictions, by custom."""

MAX_FILES = 20
"""Files of one folder that a finding lists."""


def check(a: Snapshot, b: Snapshot) -> Iterator[Finding | Undecided]:
    """Compare the hashes of folders."""
    yield from unreadable("code", a, b, "code", "imports")
    for side in (a, b):
        yield from _unseen(side)
    files = [path for path, *_ in differences(a, b, "sources")]
    for folder, ours, theirs in differences(a, b, "code"):
        inside = [path for path in files if path.split("/")[0] == folder]
        severity, why = _judged(folder, inside, a, b)
        yield Finding(
            "code",
            folder,
            *both(digest, ours, theirs),
            severity,
            why,
            "build both sides from one revision, and keep one copy of the code that both use",
            details={"files": inside[:MAX_FILES]} if inside else {},
        )


def _judged(folder: str, files: list[str], a: Snapshot, b: Snapshot) -> tuple[Severity, str]:
    started = {path for side in (a, b) for fact in ("reached", "entries") for path in side.value(fact) or ()}
    if folder in NOT_SERVING and started.isdisjoint(files):
        return Severity.NOTE, "it does not compute predictions"
    if files and not any(_reached(path, side) for path in files for side in (a, b)):
        return Severity.NOTE, "what the command starts does not import it"
    return Severity.RISK, "the code that computes predictions differs"


def _reached(path: str, side: Snapshot) -> bool:
    """Whether the command may come to import a file; where that is unknown, it may."""
    if path not in (side.value("sources") or {}):
        return side.value("reached") is None
    reached = side.value("reached")
    return reached is None or any(one == path or one.startswith(f"{path}/") for one in reached)  # or in an archive


def _unseen(side: Snapshot) -> Iterator[Undecided]:
    """Code that must be somewhere, and was not found."""
    seen: dict[str, Any] = side.value("compared") or {}
    if not seen:
        return
    missing, files = seen["entry"]["missing"], seen["code"]["files"]
    if missing:
        reason = f"the code of {side.name} was not seen: its command starts {missing}, which was not found"
    elif not files and not seen["entry"]["installed"]:
        reason = f"no code of {side.name} was seen" + (
            f" in {', '.join(folders)}" if (folders := seen["code"]["folders"]) else ""
        )
    else:
        return
    remedy = (
        "name the script by its path in CMD, or set WORKDIR to its folder; of a service that runs, name container:ID"
    )
    yield Undecided("code", reason, remedy)
