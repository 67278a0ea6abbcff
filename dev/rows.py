"""Prepared rows, in memory and as a folder: what one stage of `dvc.yaml` hands to the next."""

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from shared import contract
from shared.errors import ParityError

ROWS, RECORD = "rows.jsonl.gz", "prepared.json"


class RowsError(ParityError):
    """The folder does not hold prepared rows of this contract."""


@dataclass(frozen=True)
class Prepared:
    """Rows that keep the contract, in order of time, and what became of the others.

    Attributes:
        flights: the rows.
        late: shape (len(flights),), whether each arrived 15 minutes late or more.
        report: counts of rows read, left out by their time, without an arrival, broken (by reason) and kept.
        source: what `dev.problem.collect` recorded of the tables.
        sample: how many rows were drawn; None for all.
    """

    flights: Sequence[contract.Row]
    late: npt.NDArray[np.bool_]
    report: dict[str, Any]
    source: dict[str, Any]
    sample: int | None = None

    def summary(self) -> str:
        """What became of the rows, as text."""
        report = self.report
        lines = [
            f"{report['read']:,} flights: {report['kept']:,} kept, {report['left_out']:,} left out, "
            f"{report['without_arrival']:,} without an arrival, {report['not_sampled']:,} not sampled, "
            f"{sum(report['broken'].values()):,} breaking the contract"
        ]
        lines += [f"  {count:,} × {reason}" for reason, count in report["broken"].items()]
        return "\n".join(lines)


class _Row(msgspec.Struct):
    """A line of the file."""

    late: bool
    flight: contract.Row


def save(prepared: Prepared, folder: Path) -> Path:
    """Write rows as JSON lines, and a record of the rest; equal rows are equal bytes.

    Returns:
        the file of the rows.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rows = [_Row(late, flight) for late, flight in zip(prepared.late.tolist(), prepared.flights, strict=True)]
    # The time of writing would be in the file, and every run would change it.
    (folder / ROWS).write_bytes(gzip.compress(msgspec.json.Encoder().encode_lines(rows), mtime=0))
    record = {"source": prepared.source, "sample": prepared.sample, "report": prepared.report}
    (folder / RECORD).write_text(json.dumps(record, indent=2) + "\n")
    return folder / ROWS


def load(folder: Path) -> Prepared:
    """Read a folder that `save` wrote, and check every row against the contract again.

    Raises:
        RowsError: it is missing or damaged, or was prepared under another contract.
    """
    try:
        record = json.loads((folder / RECORD).read_text())
        lines = gzip.decompress((folder / ROWS).read_bytes())
        rows = msgspec.json.Decoder(_Row).decode_lines(lines)
        return Prepared([row.flight for row in rows], np.array([row.late for row in rows], dtype=bool), **record)
    except (OSError, EOFError, ValueError, TypeError) as error:
        raise RowsError(
            "there are no prepared rows of this contract", evidence=f"{folder}: {error}", remedy="make repro"
        ) from error
