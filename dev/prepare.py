"""Prepare rows: from the problem's table to rows that keep the contract, each with its truth."""

import argparse
import collections
import datetime as dt
import json
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pandas as pd

from dev import params, rows, truths
from dev.problem import prepare as problem
from dev.problem.collect import SOURCE
from dev.rows import Prepared
from shared import contract, settings
from shared.errors import ParityError, program
from shared.options import count
from shared.problem.target import ROWS, TARGET


class PrepareError(ParityError):
    """The collected data cannot be used for training."""


def prepare(
    folder: Path,
    max_broken_share: float,
    sample: int | None = None,
    seed: int = 0,
    *,
    until: dt.date | None = None,
    without: Collection[str] = (),
) -> Prepared:
    """Make the table, drop rows without a truth, and check every other against the contract.

    Args:
        folder: where `dev.collect` put the tables.
        max_broken_share: of rows that may break the contract.
        sample: how many rows, drawn at random, to keep; all of them if None.
        until: leave out rows of this day or later.
        without: months to leave out, such as "2024-07". Days and months are UTC's, as in `dev.split`.

    Raises:
        PrepareError: no data, columns that are missing, or too many rows that break the contract.
    """
    if not (folder / "sources.json").exists():
        raise PrepareError("there is no data to train on", evidence=f"no {folder}", remedy="make data")
    table = problem.table(folder)
    _check_columns(table)
    read = len(table)
    table = table[_within(table, until, without)]
    within = len(table)
    table = table[table[TARGET.name].notna()]
    known = len(table)
    if sample is not None and sample < known:
        table = table.sample(sample, random_state=seed)
    table = _ordered(table, seed)

    kept, happened = [], []
    broken: collections.Counter[str] = collections.Counter()
    first: dict[tuple[str, str], str] = {}
    for place, row, truth in zip(table.index.tolist(), _rows(table), _truths(table), strict=True):
        try:
            decoded = msgspec.convert(row, contract.Row)
            wrong = truths.expected(truth)
            if wrong is None:
                kept.append(decoded)
                happened.append(truth)
                continue
            found = contract.Violation(TARGET.name, wrong, repr(truth))
        except msgspec.ValidationError:
            found = contract.violations(row)[0]
        reason = f"{found.field}: expected {found.expected}, got {found.got} in row {place}"
        broken[first.setdefault((found.field, found.expected), reason)] += 1
    _limit(broken, len(table), max_broken_share)
    report = {
        "read": read,
        "left_out": read - within,
        "without_outcome": within - known,
        "not_sampled": known - len(table),
        "broken": dict(broken.most_common()),
        "kept": len(kept),
    }
    source = json.loads((folder / "sources.json").read_text())
    return Prepared(kept, truths.array(happened), report, source, sample)


def _check_columns(table: pd.DataFrame) -> None:
    missing = [name for name in (*contract.FIELDS, TARGET.name) if name not in table]
    if missing:
        raise PrepareError(
            f"the table has no column {', '.join(missing)}",
            evidence=f"it has {', '.join(map(str, table.columns))}",
            remedy="make them in dev/problem/prepare.py, or take them out of shared/problem/contract.py: "
            "a column for each field, and one for the target",
        )


def _within(table: pd.DataFrame, until: dt.date | None, without: Collection[str]) -> pd.Series:
    if not until and not without:
        return pd.Series(True, index=table.index)
    if contract.TIME is None:
        raise PrepareError(
            f"no {ROWS} can be left out by their time",
            evidence="TIME in shared/problem/contract.py is None: rows have none",
            remedy="leave out --test and --without",
        )
    time = pd.to_datetime(table[contract.TIME], utc=True)
    kept = ~time.dt.strftime("%Y-%m").isin(without) if without else time.notna()
    return kept & (time < pd.Timestamp(until, tz="UTC")) if until else kept


def _ordered(table: pd.DataFrame, seed: int) -> pd.DataFrame:
    """By the problem's columns; drawn at random if it says that their order means nothing."""
    if problem.ORDER is None:
        return table.iloc[np.random.default_rng(seed).permutation(len(table))]
    return table.sort_values(list(problem.ORDER), kind="stable") if problem.ORDER else table


def _limit(broken: collections.Counter[str], count: int, share: float) -> None:
    if broken.total() > share * count:
        reason, times = broken.most_common(1)[0]
        raise PrepareError(
            f"{broken.total():,} of {count:,} rows break the contract, more than {share:.2%}",
            evidence=f"most often ({times:,} times) {reason}",
            remedy="correct the data at its source, widen the field in shared/problem/contract.py if the "
            "value is right, or raise prepare.max_broken_share in dev/problem/params.toml",
        )
    if not count:
        raise PrepareError(
            f"there are no {ROWS} to learn from",
            evidence=f"every row was left out, or has no {TARGET.name}",
            remedy="look at the table that dev/problem/prepare.py makes",
        )


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The table's rows as JSON-like values: null for missing, datetimes for times."""
    columns = []
    for name in contract.FIELDS:
        column = table[name]
        if isinstance(column.dtype, pd.DatetimeTZDtype):
            columns.append(list(column.dt.to_pydatetime()))
            continue
        values = column.astype(object).where(column.notna(), None).tolist()
        if name in contract.INTEGERS:  # a column with missing values has floats
            values = [int(value) if isinstance(value, float) and value.is_integer() else value for value in values]
        columns.append(values)
    return [dict(zip(contract.FIELDS, row, strict=True)) for row in zip(*columns, strict=True)]


def _truths(table: pd.DataFrame) -> list[Any]:
    return table[TARGET.name].astype(object).tolist()


@program
def main() -> int:
    """Prepare rows for the next stage of the pipeline, and count them."""
    parser = argparse.ArgumentParser(prog="python3 -m dev.prepare", description=main.__doc__)
    parser.add_argument("--sample", type=count, metavar="N", help="keep N rows, not all")
    sample = parser.parse_args().sample
    config, chosen = settings.read(), params.read()
    prepared = prepare(config.data / SOURCE.name, chosen.prepare.max_broken_share, sample, chosen.model.seed)
    print(f"prepared {prepared.summary()}")
    path = rows.save(prepared, config.prepared)
    print(f"saved    {path} ({path.stat().st_size:,} bytes)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
