"""Have every partition of a file scored that is not yet, some at a time, and say how far it is."""

import sys
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass
from pathlib import Path

from prod.batch import columns, folder, partition, scoring
from prod.batch.folder import Done
from prod.batch.partition import Partition
from prod.batch.scoring import Failed, Job, Model
from shared.errors import ParityError
from shared.problem.target import ROWS

EVERY_SECONDS = 5


@dataclass(frozen=True)
class Asked:
    """What the user asked for.

    Attributes:
        source: file of rows.
        target: folder.
        key: columns to hand on.
        rows: of a partition.
    """

    source: Path
    target: Path
    key: Sequence[str]
    rows: int

    def job(self, model: Model) -> Job:
        """The same, of a model, once the file's columns are seen.

        Raises:
            ParityError: there is no such file, or its columns are others than the contract's.
        """
        if not self.source.is_file():
            raise ParityError(
                f"there is no file {self.source.name}", evidence=f"{self.source}", remedy="check its name"
            )
        form = partition.form(self.source)
        header = columns.check(self.source, form, self.key)
        return Job(str(self.source), str(self.target), form, header, self.key, model)


class Progress:
    """What is done, on stderr every few seconds."""

    def __init__(self, whole: int) -> None:
        self._whole, self._began, self._said = max(1, whole), time.monotonic(), time.monotonic()
        self.parts = self.scored = self.refused = self.bytes = self.before = 0

    def add(self, done: Done, *, before: bool) -> None:
        """A partition is done, or was before."""
        self.parts += 1
        self.scored += done.scored
        self.refused += done.refused
        self.bytes += done.partition.bytes
        self.before += before

    def say(self) -> None:
        """A line, if the last one is long ago."""
        now = time.monotonic()
        if now - self._said >= EVERY_SECONDS:
            self._said = now
            share, rows = self.bytes / self._whole, self.scored + self.refused
            print(f"score: {rows:,} {ROWS}, {share:.0%}, {self.seconds:.0f} s so far", file=sys.stderr, flush=True)

    @property
    def seconds(self) -> float:
        """Since it began."""
        return time.monotonic() - self._began


def run(asked: Asked, job: Job, pool: Executor, workers: int) -> Progress:
    """Score a file into its folder; returns what was done.

    Args:
        pool: whose processes hold the model.
        workers: how many they are; twice as many partitions are under way at a time.

    Raises:
        ParityError: the folder holds something else, or a partition cannot be scored; what is done stays.
    """
    record = {"model": asdict(job.model), "input": asked.source.name, "rows of a partition": asked.rows}
    record |= {"key": list(job.key), "columns": list(job.columns)}
    with folder.claim(asked.target, record):
        progress = Progress(asked.source.stat().st_size)
        _run(pool, 2 * workers, partition.partitions(asked.source, asked.rows), job, progress)
        counts = {"scored": progress.scored, "refused": progress.refused, "parts": progress.parts}
        folder.finish(asked.target, job.form, progress.parts, {"model_version": job.model.version, **counts})
    return progress


def _run(pool: Executor, most: int, parts: Iterable[Partition], job: Job, progress: Progress) -> None:
    waiting: set[Future[Done | Failed]] = set()
    try:
        for part in parts:
            if before := folder.done(Path(job.target), job.form, part):
                progress.add(before, before=True)
            else:
                waiting.add(pool.submit(scoring.score, part, job))
            while len(waiting) >= most:
                waiting = _collect(waiting, progress)
            progress.say()
        while waiting:
            waiting = _collect(waiting, progress)
    except BrokenProcessPool:
        raise ParityError(
            "a process that scored was ended from outside",
            evidence="it gave no reason; where memory is short, the kernel ends what takes most of it",
            remedy="the same command goes on where it stopped",
        ) from None
    finally:
        for future in waiting:
            future.cancel()


def _collect(waiting: set[Future[Done | Failed]], progress: Progress) -> set[Future[Done | Failed]]:
    """Wait for the next that is done, for as long as nothing has to be reported."""
    ended, left = wait(waiting, EVERY_SECONDS, FIRST_COMPLETED)
    for future in ended:
        result = future.result()
        if isinstance(result, Failed):
            error = ParityError(result.what, evidence=result.evidence, remedy=result.remedy)
            error.exit_code = result.exit_code
            raise error
        progress.add(result, before=False)
    progress.say()
    return left
