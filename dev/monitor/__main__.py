"""`python3 -m dev.monitor`: is the model still right? Judged from what it answered."""

import argparse
import datetime as dt
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from dev.monitor.finding import Kind
from dev.monitor.formats import FORMATS
from dev.monitor.judge import judge
from dev.monitor.log import NAME, Period
from shared import artifact, settings
from shared.errors import ParityError, program

EXIT = {Kind.FINE: 0, Kind.WATCH: 0, Kind.RETRAIN: 1, Kind.SKEW: 1}
VERDICTS = """verdicts:
  fine     rows and answers look like those of training
  watch    something moved; as far as is known the model is still right
  retrain  drift: the world moved away from what the model learned (exit code 1)
  skew     the rows are broken: mend where they come from, do not train on them (exit code 1)
Exit code 2: it could not be decided. dev/monitor/skew.py and drift.py say how it is."""


@program
def main(arguments: Sequence[str] | None = None) -> int:
    """Judge, tell, and say the verdict as the exit code."""
    parser = argparse.ArgumentParser(
        prog="python3 -m dev.monitor",
        description=__doc__,
        epilog=VERDICTS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("-f", "--format", choices=FORMATS, default="text")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write there, not to standard output")
    parser.add_argument(
        "--model", type=Path, metavar="FOLDER", help="judge its answers; the current model's by default"
    )
    parser.add_argument(
        "--since", type=_time, metavar="TIME", help="rows answered from then on, such as 2026-01-31T12:00:00Z"
    )
    parser.add_argument("--until", type=_time, metavar="TIME", help="rows answered before then")
    parser.add_argument(
        "--without",
        type=_period,
        metavar="FROM/UNTIL",
        action="append",
        default=[],
        help="not those answered then: what was broken, and is mended; more than once",
    )
    parser.add_argument("--rows", type=_count, metavar="N", default=100_000, help="the most recent N at most")
    options = parser.parse_args(arguments)
    config = settings.read()
    try:
        judged = judge(
            config.predictions / NAME,
            options.model or config.models / artifact.CURRENT,
            since=options.since,
            until=options.until,
            without=options.without,
            most=options.rows,
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
    partial = path.with_name(f".{path.name}.partial")  # whoever reads it meanwhile finds a whole one
    try:
        partial.write_text(content)
        partial.replace(path)
    except OSError as error:
        raise ParityError(
            f"{path} cannot be written",
            evidence=f"{error.strerror}, as user {os.getuid()}",
            remedy="name a file below /artifacts: the rest of the container is read-only",
        ) from error


def _time(text: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no time, such as 2026-01-31T12:00:00Z") from None
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} has no offset from UTC, such as Z")
    return moment


def _period(text: str) -> Period:
    since, slash, until = text.partition("/")
    if not slash:
        raise argparse.ArgumentTypeError(f"{text!r} is not FROM/UNTIL")
    return _time(since), _time(until)


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected 1 or more, got {number}")
    return number


if __name__ == "__main__":
    sys.exit(main())
