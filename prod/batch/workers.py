"""Is each worker what asks it to score?

Dask warns of another Python, NumPy or pandas on a worker, and looks at neither scikit-learn nor scipy, code nor model;
its `get_versions(check=True)` cannot fail. So each is asked for the gate's snapshot, and held against this process.
"""

from collections.abc import Mapping
from typing import Any

from prod.batch.scoring import Model
from shared.compare import checks
from shared.compare.facts import snapshot
from shared.compare.report import Severity, Snapshot, ranked
from shared.errors import ParityError


class WorkerError(ParityError):
    """A worker is not what this process is."""

    exit_code = 1


def examine(snapshots: Mapping[str, Mapping[str, Any]], models: Mapping[str, Model | None], model: Model) -> None:
    """Hold each worker against this process.

    Args:
        snapshots: by worker, as the gate takes them.
        models: what each holds.
        model: what is to score.

    Raises:
        WorkerError: one differs in what could change predictions, or that cannot be decided.
    """
    here = Snapshot("here", snapshot()["facts"])
    for worker in sorted(snapshots):
        if models[worker] != model:
            raise WorkerError(
                f"worker {worker} holds another model",
                evidence=f"expected {model}, got {models[worker]}",
                remedy="start the workers again, which then examine the current model",
            )
        findings, undecided = checks.run(here, Snapshot(worker, snapshots[worker]["facts"]))
        serious = [finding for finding in ranked(findings) if finding.severity is not Severity.NOTE]
        if serious or undecided:
            causes = [f"{each.check}: {each.subject}: {each.a} became {each.b}" for each in serious]
            raise WorkerError(
                f"worker {worker} is not what asks it to score",
                evidence="; ".join(causes + [f"{each.check}: {each.reason}" for each in undecided]),
                remedy=serious[0].remedy if serious else undecided[0].remedy,
            )
