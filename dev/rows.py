"""Prepared rows, in memory and as a folder: what one stage of `dvc.yaml` hands to the next."""

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from dev import truths
from shared import contract
from shared.errors import ParityError
from shared.problem.target import ROWS
from shared.target import Labels

LINES, RECORD = "rows.jsonl.gz", "prepared.json"


class RowsError(ParityError):
    """The folder does not hold prepared rows of this contract."""


@dataclass(frozen=True)
class Prepared:
    """Rows that keep the contract, in order, and what became of the others.

    Attributes:
        rows: those.
        truths: what happened, shape (len(rows),): bool, text or float.
        report: counts of rows read, left out by their time, without an outcome, not sampled, broken (by reason), kept.
        source: what `dev.collect` recorded of the tables.
        sample: how many rows were drawn; None for all.
    """

    rows: Sequence[contract.Row]
    truths: Labels
    report: dict[str, Any]
    source: dict[str, Any]
    sample: int | None = None

    def summary(self) -> str:
        """What became of the rows, as text."""
        report = self.report
        lines = [
            f"{report['read']:,} {ROWS}: {report['kept']:,} kept, {report['left_out']:,} left out, "
            f"{report['without_outcome']:,} without an outcome, {report['not_sampled']:,} not sampled, "
            f"{sum(report['broken'].values()):,} breaking the contract"
        ]
        lines += [f"  {count:,} × {reason}" for reason, count in report["broken"].items()]
        return "\n".join(lines)


class _Line(msgspec.Struct):
    """A line of the file."""

    truth: bool | float | str
    row: contract.Row


def save(prepared: Prepared, folder: Path) -> Path:
    """Write rows as JSON lines, and a record of the rest; equal rows are equal bytes.

    Returns:
        the file of the rows.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lines = [_Line(truth, row) for truth, row in zip(prepared.truths.tolist(), prepared.rows, strict=True)]
    # The time of writing would be in the file, and every run would change it.
    (folder / LINES).write_bytes(gzip.compress(msgspec.json.Encoder().encode_lines(lines), mtime=0))
    record = {"source": prepared.source, "sample": prepared.sample, "report": prepared.report}
    (folder / RECORD).write_text(json.dumps(record, indent=2) + "\n")
    return folder / LINES


def load(folder: Path) -> Prepared:
    """Read a folder that `save` wrote, and check every row against the contract again.

    Raises:
        RowsError: it is missing or damaged, or was prepared under another contract.
    """
    try:
        record = json.loads((folder / RECORD).read_text())
        content = gzip.decompress((folder / LINES).read_bytes())
        lines = msgspec.json.Decoder(_Line).decode_lines(content)
        if any(truths.expected(line.truth) for line in lines):
            raise ValueError("a truth of another kind of target")
        return Prepared([line.row for line in lines], truths.array([line.truth for line in lines]), **record)
    except (OSError, EOFError, ValueError, TypeError) as error:
        raise RowsError(
            "there are no prepared rows of this contract", evidence=f"{folder}: {error}", remedy="make repro"
        ) from error
