"""Does the model load and answer on both sides, and is it one model that both serve?

Known from a replay: half of the failures of an artifact in another environment appear only
at the first prediction, so it is loaded and asked. Known without one, of images and containers
that hold model folders of ours: the version and the files of the one that is current there. A
stale model answers without an error, and a replay of one folder in both cannot see it. It is what
the next start would load: `parity replay URL` asks a process which model it has in memory.
"""

from collections.abc import Iterator
from typing import Any

from shared.compare.checks._compare import both, digest, shown, unreadable
from shared.compare.report import Finding, Severity, Snapshot, Undecided


def check(a: Snapshot, b: Snapshot) -> Iterator[Finding | Undecided]:
    """Report the side on which the model failed, and current models that differ."""
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
    if "served" in a.facts and "served" in b.facts:  # a passport does not have it
        yield from unreadable("model", a, b, "served")
        yield from _stale(a, b)


def _stale(a: Snapshot, b: Snapshot) -> Iterator[Finding]:
    ours, theirs = a.value("served"), b.value("served")
    asked = {side.value("model") for side in (a, b)} - {None}
    versions = {side["version"] for side in (ours, theirs) if side}
    if ours and theirs and ours != theirs:
        names = sorted({*ours["files"], *theirs["files"]})
        differ = [name for name in names if ours["files"].get(name) != theirs["files"].get(name)]
        alike = ours["version"] == theirs["version"]
        yield Finding(
            "model",
            "current model",
            *both(lambda side: shown(side["version"]) + (_files(side, differ) if alike else ""), ours, theirs),
            Severity.RISK,
            "its files were changed after it was published" if alike else "one side serves another model",
            "make one version current on both sides (make publish VERSION=…), and start what serves again",
            replayed=False,
        )
    elif asked and versions - asked:
        why = f"golden requests went to {', '.join(sorted(asked))}, which is not what is current there"
        remedy = "name the folder of the current model, if that is the one to judge"
        sides = both(lambda side: shown(side["version"]) if side else "no model", ours, theirs)
        yield Finding("model", "replayed model", *sides, Severity.NOTE, why, remedy)


def _files(side: dict[str, Any], names: list[str]) -> str:
    return "".join(f", {name} {digest(side['files'].get(name))}" for name in names)
