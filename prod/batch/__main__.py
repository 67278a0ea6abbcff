"""Score a file of rows into a folder, as the service would answer them: `python3 -m prod.batch IN OUT`."""

import argparse
import multiprocessing
import sys
from collections.abc import Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path

from prod import cpus, guard
from prod.batch import scoring
from prod.batch.run import Asked, run
from prod.guard import Examined
from shared import settings
from shared.errors import program
from shared.options import count
from shared.problem.target import ROWS

ROWS_AT_ONCE = 20_000
"""Of a partition, if nobody says another number."""


@program
def main(arguments: Sequence[str] | None = None) -> int:
    """Examine the model, score, and say what came of it; 1 if rows were refused."""
    options = _parser().parse_args(arguments)
    asked = Asked(options.source, options.target, tuple(filter(None, options.key.split(","))), options.rows)
    config = settings.read()
    examined = guard.renew(config)
    job = asked.job(scoring.model(examined))
    print(f"score: model {job.model.version}, guard: {examined.verdict.outcome}", file=sys.stderr, flush=True)
    workers = options.workers or config.workers or cpus.usable()
    with _pool(options.scheduler, workers, examined) as pool:
        done = run(asked, job, pool, workers)
    before = f", {done.before} of {done.parts} parts were there" if done.before else ""
    refused = f"; {done.refused:,} refused, see refused-*.jsonl" if done.refused else ""
    print(f"scored {done.scored:,} {ROWS} by model {job.model.version} in {done.seconds:.1f} s{before}{refused}")
    return 1 if done.refused else 0


def _pool(scheduler: str, workers: int, examined: Examined) -> AbstractContextManager[Executor]:
    """Processes of this machine, or workers of a cluster."""
    if scheduler:
        from prod.batch import cluster  # Dask is in a layer on the image, and not in it

        return cluster.executor(scheduler, workers, scoring.model(examined))
    # Nothing has computed here: OpenMP used before a fork hangs what comes after it.
    return ProcessPoolExecutor(workers, multiprocessing.get_context("fork"), scoring.hold, (examined,))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 -m prod.batch", description=__doc__)
    parser.add_argument("source", type=Path, metavar="IN", help="CSV with a header, or JSON lines")
    parser.add_argument("target", type=Path, metavar="OUT", help="a folder, empty or of the same job before")
    parser.add_argument("--key", default="", metavar="COLUMNS", help="columns to hand on, separated by commas")
    parser.add_argument("--rows", type=count, default=ROWS_AT_ONCE, metavar="N", help="of a partition")
    parser.add_argument("--scheduler", default="", metavar="ADDRESS", help="of Dask, whose workers score instead")
    parser.add_argument("--workers", type=count, metavar="N", help="how many score, or have to be there")
    return parser


if __name__ == "__main__":
    sys.exit(main())
