"""Write months as requests to prod, one for every hour that rows are of; in the dev container."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, TypedDict

import msgspec
import numpy as np

from dev import params
from dev.prepare import prepare
from dev.problem.collect import SOURCE
from dev.rows import Prepared
from shared import contract, settings
from shared.contract import Row
from shared.errors import ParityError, program
from shared.problem.target import ROWS, TARGET

MONTH, HOUR = "%Y-%m", "%Y-%m-%dT%H"


class FeedError(ParityError):
    """There are no months."""


class Request(TypedDict):
    """A line of a month's file: the request's ID, its rows, and what became of each, by the target's name."""

    id: str
    instances: list[Row]
    outcomes: list[dict[str, Any]]


def months(prepared: Prepared) -> list[str]:
    """The months (UTC) that rows are of, in order."""
    return sorted({_time(row, MONTH) for row in prepared.rows})


def requests(prepared: Prepared, month: str, rows: int | None = None) -> Iterator[Request]:
    """The month's rows (UTC), in order of time.

    Args:
        rows: how many, evenly spread; all if None.
    """
    pairs = [
        (row, {TARGET.name: truth})
        for row, truth in zip(prepared.rows, prepared.truths.tolist(), strict=True)
        if _time(row, MONTH) == month
    ]
    if rows is not None and rows < len(pairs):
        pairs = [pairs[at] for at in np.linspace(0, len(pairs) - 1, rows).astype(int).tolist()]
    for hour, group in groupby(pairs, lambda pair: _time(pair[0], HOUR)):
        instances, outcomes = zip(*group, strict=True)
        yield {"id": hour, "instances": list(instances), "outcomes": list(outcomes)}


def _time(row: Row, form: str) -> str:
    text: str = getattr(row, str(contract.TIME)).strftime(form)
    return text


@program
def main(arguments: Sequence[str] | None = None) -> int:
    """Write the given months, or all."""
    parser = argparse.ArgumentParser(prog="python3 -m dev.lifecycle.feed", description=__doc__)
    parser.add_argument("months", nargs="*", metavar="MONTH", help="as 2024-04; all by default")
    parser.add_argument("--folder", type=Path, required=True, help="where the files go, one for a month")
    parser.add_argument("--rows", type=int, metavar="N", help="N rows of a month, not all")
    parser.add_argument("--list", action="store_true", help="print the months that were written, as JSON")
    options = parser.parse_args(arguments)
    if contract.TIME is None:
        raise FeedError(
            f"there are no months to play: {ROWS} have no time",
            evidence="TIME in shared/problem/contract.py is None",
            remedy="make prod and make monitor do without; make lifecycle needs a field that says when a row is",
        )
    prepared = prepare(settings.read().data / SOURCE.name, params.read().prepare.max_broken_share)
    options.folder.mkdir(parents=True, exist_ok=True)
    chosen = options.months or months(prepared)
    for month in chosen:
        lines = [msgspec.json.encode(request) + b"\n" for request in requests(prepared, month, options.rows)]
        (options.folder / f"{month}.jsonl").write_bytes(b"".join(lines))
    if options.list:
        print(json.dumps(chosen))
    return 0


if __name__ == "__main__":
    sys.exit(main())
