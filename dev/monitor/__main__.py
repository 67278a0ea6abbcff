"""`python3 -m dev.monitor`: is the model still right? Judged from its answers."""

import argparse
import datetime as dt
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from dev.monitor.formats import FORMATS
from dev.monitor.judge import judge
from dev.monitor.log import Period
from dev.monitor.reason import Kind
from shared import artifact, settings
from shared.errors import ParityError, program
from shared.options import count

EXIT = {Kind.FINE: 0, Kind.WATCH: 0, Kind.RETRAIN: 1, Kind.SKEW: 1}
VERDICTS = """verdicts:
  fine     rows and answers look like those of training
  watch    something moved; as far as is known the model is still right
  retrain  drift: the world moved away from what the model learned (exit code 1)
  skew     the rows are broken: repair their source, do not train on them (exit code 1)
Exit code 2: it could not be decided. dev/monitor/README.md explains how it is."""


@program
def main(arguments: Sequence[str] | None = None) -> int:
    """Judge, print the judgement, and return the verdict's exit code."""
    parser = argparse.ArgumentParser(
        prog="python3 -m dev.monitor",
        description=__doc__,
        epilog=VERDICTS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("-f", "--format", choices=FORMATS, default="text")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write to FILE instead of standard output")
    parser.add_argument(
        "--log",
        type=Path,
        metavar="PATH",
        action="append",
        help="a prediction log, or a folder of them, one for each replica; repeatable; "
        "the folder of predictions by default",
    )
    parser.add_argument(
        "--model", type=Path, metavar="FOLDER", help="the model whose answers are judged; the current one by default"
    )
    parser.add_argument("--since", type=_time, metavar="TIME", help="rows answered from then on: 2026-01-31T12:00:00Z")
    parser.add_argument("--until", type=_time, metavar="TIME", help="rows answered before then")
    parser.add_argument(
        "--without",
        type=_period,
        metavar="FROM/UNTIL",
        action="append",
        default=[],
        help="leave out rows answered then: broken ones, after the repair; repeatable",
    )
    parser.add_argument(
        "--rows", type=count, metavar="N", default=100_000, help="the most recent N rows at most (default: 100000)"
    )
    options = parser.parse_args(arguments)
    config = settings.read()
    try:
        judged = judge(
            options.log or [config.predictions],
            options.model or config.models / artifact.CURRENT,
            since=options.since,
            until=options.until,
            without=options.without,
            max_rows=options.rows,
        )
    except ParityError as error:
        error.exit_code = 2  # 1 is a verdict, and there is none
        raise
    _write(FORMATS[options.format](judged), options.output)
    return EXIT[judged.verdict]


def _write(content: str, path: Path | None) -> None:
    if path is None:
        sys.stdout.write(content)
        return
    partial = path.with_name(f".{path.name}.partial")  # a reader never sees half of it
    try:
        partial.write_text(content)
        partial.replace(path)
    except OSError as error:
        raise ParityError(
            f"cannot write {path}",
            evidence=f"{error.strerror}, as user {os.getuid()}",
            remedy="name a file below /artifacts: the rest of the container is read-only",
        ) from error


def _time(text: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected a time such as 2026-01-31T12:00:00Z, got {text!r}") from None
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError(f"expected a time with its offset from UTC, such as Z, got {text!r}")
    return moment


def _period(text: str) -> Period:
    since, slash, until = text.partition("/")
    if not slash:
        raise argparse.ArgumentTypeError(f"expected FROM/UNTIL, got {text!r}")
    return _time(since), _time(until)


if __name__ == "__main__":
    sys.exit(main())
