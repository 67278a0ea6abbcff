"""Dask's workers as an executor, once each is seen to be what this process is.

Dask warns of another Python, NumPy or pandas on a worker, and looks at neither scikit-learn nor scipy, code nor model; its
`get_versions(check=True)` cannot fail. So each worker is asked for the snapshot that the gate takes, and held against ours.
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any

import distributed

from prod.batch import scoring
from prod.batch.scoring import Model
from shared.compare import checks
from shared.compare.facts import snapshot
from shared.compare.report import Severity, Snapshot, ranked
from shared.errors import ParityError

WAIT_SECONDS = 120


class WorkerError(ParityError):
    """A worker is not what this process is."""

    exit_code = 1


@contextmanager
def executor(address: str, workers: int, model: Model) -> Iterator[Executor]:
    """So many workers or more, each of them examined.

    Raises:
        ParityError: they are not there in time, or one differs in what could change predictions.
    """
    try:
        with distributed.Client(address, timeout=WAIT_SECONDS) as client:
            client.wait_for_workers(workers, timeout=WAIT_SECONDS)
            examine(client.run(snapshot), client.run(scoring.which), model)
            # Each call is work of its own (not pure), and is given to another worker where one is lost.
            yield client.get_executor(pure=False, retries=3)
    except (TimeoutError, OSError) as error:
        raise ParityError(
            f"there are no {workers} workers to score with",
            evidence=f"{address}, for {WAIT_SECONDS} s: {error}",
            remedy="see why in their logs: a worker that the guard refuses does not connect",
        ) from None


def examine(snapshots: Mapping[str, Mapping[str, Any]], models: Mapping[str, Model | None], model: Model) -> None:
    """Hold each worker against this process.

    Args:
        snapshots: by worker, as the gate takes them.
        models: what each holds.
        model: what is to score.

    Raises:
        WorkerError: one differs in what could change predictions, or it cannot be told.
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
            told = [f"{each.check}: {each.subject}: {each.a} became {each.b}" for each in serious]
            raise WorkerError(
                f"worker {worker} is not what asks it to score",
                evidence="; ".join(told + [f"{each.check}: {each.reason}" for each in undecided]),
                remedy=serious[0].remedy if serious else undecided[0].remedy,
            )
