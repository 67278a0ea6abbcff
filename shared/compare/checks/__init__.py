"""The checks, in order: each a pure function of two snapshots.

A check module has a docstring that explains it (`parity explain ID`), and
`check(a, b)`, which yields findings, and what it could not decide. Its ID is its name.
"""

from collections.abc import Callable, Iterator
from types import ModuleType

from shared.compare.checks import (
    code,
    contract,
    files,
    image,
    libraries,
    model,
    numeric,
    packages,
    python,
    scorer,
    serving,
    settings,
    system,
)
from shared.compare.report import Finding, Snapshot, Undecided

MODULES: tuple[ModuleType, ...] = (
    image,
    python,
    packages,
    libraries,
    system,
    numeric,
    settings,
    code,
    files,
    contract,
    model,
    scorer,
    serving,
)
Check = Callable[[Snapshot, Snapshot], Iterator[Finding | Undecided]]
CHECKS: dict[str, Check] = {module.__name__.rpartition(".")[2]: module.check for module in MODULES}


def run(a: Snapshot, b: Snapshot) -> tuple[list[Finding], list[Undecided]]:
    """Run every check; one that crashes is undecided, and the others still run."""
    findings: list[Finding] = []
    undecided: list[Undecided] = []
    for name, check in CHECKS.items():
        try:
            for result in check(a, b):
                if isinstance(result, Undecided):
                    undecided.append(result)
                else:
                    findings.append(result)
        except Exception as error:
            reason = f"the check failed: {type(error).__name__}: {error}"
            remedy = "a snapshot of another version? take both again: parity snapshot SOURCE"
            undecided.append(Undecided(name, reason, remedy))
    return findings, undecided


def explain(name: str) -> str:
    """What a check looks at and why."""
    module = next(module for module in MODULES if module.check is CHECKS[name])
    return f"{name}: {module.__doc__}"
