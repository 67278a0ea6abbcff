"""Play the months of the data: train, serve each month through prod, monitor, retrain when needed, reload, and go on.

Runs on the host with nothing but its Python; training, monitoring and scoring run in the dev container.
"""

import argparse
import dataclasses
import json
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from shared.errors import program
from shared.image import settings, signals
from shared.lifecycle import containers, source
from shared.lifecycle.play import INSIDE, Loop, say_stage
from shared.options import count

REPORT_SECONDS = 300


@program
def main(arguments: Sequence[str] | None = None) -> int:
    """Play, and print what it came to."""
    options = parser().parse_args(arguments)
    signals.listen()
    print(play(options), end="")
    return 0


def parser() -> argparse.ArgumentParser:
    """The command line."""
    artifacts, wrong = settings.artifacts(), source.fault()
    made = argparse.ArgumentParser(prog="python3 -m shared.lifecycle", description=__doc__)
    made.add_argument("--data", type=Path, default=artifacts / "data", help="collected data, which stays as it is")
    made.add_argument("--folder", type=Path, default=artifacts / "lifecycle", help="of its own; wiped at the start")
    made.add_argument(
        "--first", type=int, choices=range(1, 100), default=3, metavar="N", help="months that are only learned from (3)"
    )
    made.add_argument("--months", type=int, choices=range(1, 100), metavar="N", help="months to play after them (all)")
    made.add_argument("--rows", type=count, metavar="N", help="this many rows of every month; all by default")
    made.add_argument(
        "--corrupt",
        default=wrong.MONTH if wrong else "none",
        type=_month,
        metavar="MONTH",
        help=f"in which {wrong.WORDS} ({wrong.MONTH}); or none"
        if wrong
        else "none: dev/problem/fault.py says of nothing",
    )
    return made


def _month(text: str) -> str:
    if text != "none" and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text):
        raise argparse.ArgumentTypeError(f"expected a month such as 2024-07, or none, got {text!r}")
    return text


def play(options: argparse.Namespace) -> str:
    """Play the year; returns the table as text."""
    began = time.monotonic()
    corrupt = None if options.corrupt == "none" else options.corrupt
    source.start(options.folder, options.data, corrupt)
    with containers.project(options.folder):
        loop = Loop(containers, options.folder, options.first, options.rows, corrupt)
        played = []
        for month in loop.play(options.months):
            played.append(dataclasses.asdict(month))
        say_stage("scoring both models on the same rows")
        record = {
            "learned_first": options.first,
            "rows": options.rows,
            "first_version": loop.first_version,
            "seconds": time.monotonic() - began,
            "months": played,
        }
        (options.folder / source.RECORD).write_text(json.dumps(record, indent=2) + "\n")
        table = containers.dev("dev.lifecycle.report", f"{INSIDE}/{source.RECORD}", timeout=REPORT_SECONDS)
    say_stage(f"done; the page is {options.folder / 'lifecycle.html'}")
    return table


if __name__ == "__main__":
    sys.exit(main())
