"""Score a file of rows into a folder, as the service would answer them: `python3 -m prod.batch IN OUT`."""

import argparse
import multiprocessing
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from prod import cpus, guard
from prod.batch import scoring
from prod.batch.run import Asked, run
from shared import settings
from shared.errors import program
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
    workers = config.workers or cpus.usable()
    # Nothing has computed here: OpenMP used before a fork hangs what comes after it.
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(workers, context, scoring.hold, (examined,)) as pool:
        done = run(asked, job, pool, workers)
    before = f", {done.before} of {done.parts} parts were there" if done.before else ""
    refused = f"; {done.refused:,} refused, see refused-*.jsonl" if done.refused else ""
    print(f"scored {done.scored:,} {ROWS} by model {job.model.version} in {done.seconds:.1f} s{before}{refused}")
    return 1 if done.refused else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 -m prod.batch", description=__doc__)
    parser.add_argument("source", type=Path, metavar="IN", help="CSV with a header, or JSON lines")
    parser.add_argument("target", type=Path, metavar="OUT", help="a folder, empty or of the same job before")
    parser.add_argument("--key", default="", metavar="COLUMNS", help="columns to hand on, separated by commas")
    parser.add_argument("--rows", type=_count, default=ROWS_AT_ONCE, metavar="N", help="of a partition")
    return parser


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected 1 or more, got {number}")
    return number


if __name__ == "__main__":
    sys.exit(main())
