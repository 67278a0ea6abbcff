"""Write months as requests to prod, one for every hour of departures; in the dev container."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TypedDict

import msgspec
import numpy as np

from dev import params
from dev.prepare import prepare
from dev.problem.collect import SOURCE
from dev.rows import Prepared
from shared import settings
from shared.contract import Row
from shared.errors import program

HOUR = "%Y-%m-%dT%H"


class Request(TypedDict):
    """A line of a month's file: the request's ID, its rows, and their outcomes."""

    id: str
    instances: list[Row]
    late: list[bool]


def requests(prepared: Prepared, month: str, rows: int | None = None) -> Iterator[Request]:
    """The month's flights (UTC), in order of scheduled departure.

    Args:
        rows: how many flights, evenly spread; all if None.
    """
    pairs = [
        (flight, bool(late))
        for flight, late in zip(prepared.rows, prepared.truths, strict=True)
        if flight.scheduled_departure.strftime("%Y-%m") == month
    ]
    if rows is not None and rows < len(pairs):
        pairs = [pairs[at] for at in np.linspace(0, len(pairs) - 1, rows).astype(int).tolist()]
    for hour, group in groupby(pairs, lambda pair: pair[0].scheduled_departure.strftime(HOUR)):
        flights, late = zip(*group, strict=True)
        yield {"id": hour, "instances": list(flights), "late": list(late)}


@program
def main(arguments: Sequence[str] | None = None) -> int:
    """Write the given months."""
    parser = argparse.ArgumentParser(prog="python3 -m dev.lifecycle.feed", description=__doc__)
    parser.add_argument("months", nargs="+", metavar="MONTH", help="as 2013-04")
    parser.add_argument("--folder", type=Path, required=True, help="where the files go, one for a month")
    parser.add_argument("--rows", type=int, metavar="N", help="N flights of a month, not all")
    options = parser.parse_args(arguments)
    prepared = prepare(settings.read().data / SOURCE.name, params.read().prepare.max_broken_share)
    options.folder.mkdir(parents=True, exist_ok=True)
    for month in options.months:
        lines = [msgspec.json.encode(request) + b"\n" for request in requests(prepared, month, options.rows)]
        (options.folder / f"{month}.jsonl").write_bytes(b"".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
