"""The prediction log, read window after window: it may hold a million rows, and be written meanwhile."""

import datetime as dt
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from dev import truths
from dev.split import times
from dev.usual.statistics import ScoredRows
from shared import contract, prediction_log
from shared.columns import frame
from shared.errors import ParityError

SELECT = (
    f"SELECT id, predictions.time, instance, {prediction_log.SCORES}, {prediction_log.TRUTH} "  # noqa: S608
    "FROM predictions "
)
JOIN = "LEFT JOIN outcomes ON prediction = id WHERE "

Period = tuple[dt.datetime, dt.datetime]


class LogError(ParityError):
    """There is no prediction log, or it cannot be read."""


@dataclass(frozen=True)
class Selection:
    """The rows that are judged: of one model, answered in a period.

    Attributes:
        version: of the model.
        since, until: `since <= time < until`, where given.
        without: periods whose rows are left out.
        max_rows: how many are read, the most recent ones.
    """

    version: str
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    without: Sequence[Period] = ()
    max_rows: int = 100_000


@dataclass(frozen=True)
class Logged:
    """Rows of the log, in the order in which they were answered.

    Attributes:
        rows: what they hold.
        ids: of the first row and the last.
        times: when these two were answered.
    """

    rows: ScoredRows
    ids: tuple[int, int]
    times: tuple[str, str]


class Log:
    """The log, open for reading.

    Raises:
        LogError: there is none.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.exists():
            raise LogError(
                "there is no prediction log",
                evidence=f"no {path}",
                remedy="serve, and ask for predictions: make prod; with PARITY_LOG_BYTES=0 nothing is kept",
            )
        prediction_log.settle(path)
        self._database = prediction_log.connect(path)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def count(self, selection: Selection) -> int:
        """How many rows are selected, without regard to `max_rows`."""
        where, values = _where(selection)
        return int(self._one(f"SELECT count(*) FROM predictions WHERE {where}", values) or 0)  # noqa: S608

    def windows(self, selection: Selection, size: int) -> Iterator[Logged]:
        """The rows to judge, `size` at a time; the last ones may be fewer."""
        where, values = _where(selection)
        first = self._one(
            f"SELECT id FROM predictions WHERE {where} ORDER BY id DESC LIMIT 1 OFFSET ?",  # noqa: S608
            [*values, selection.max_rows - 1],
        )
        query = f"{SELECT}{JOIN}{where} AND id >= ? ORDER BY id"
        yield from self._read(query, [*values, first or 0], size)

    def before(self, row: int, selection: Selection, size: int, count: int) -> list[Logged]:
        """The last `count` windows before a row, of any model; fewer if there are not as many."""
        where, values = _without(selection)
        query = f"{SELECT}{JOIN}{where} AND id < ? ORDER BY id DESC LIMIT ?"
        lines = f"SELECT * FROM ({query}) ORDER BY id"  # noqa: S608
        total = self._one(f"SELECT count(*) FROM predictions WHERE {where} AND id < ?", [*values, row])  # noqa: S608
        whole = min(int(total or 0) // size, count)
        return list(self._read(lines, [*values, row, whole * size], size))

    def _read(self, query: str, values: Sequence[Any], size: int) -> Iterator[Logged]:
        try:
            with closing(self._database.execute(query, values)) as cursor:
                while lines := cursor.fetchmany(size):
                    yield _logged(lines)
        except sqlite3.Error as error:
            raise self._unreadable(str(error)) from error
        except msgspec.MsgspecError as error:
            raise self._unreadable(f"a row that breaks the contract: {error}") from error

    def _one(self, query: str, values: Sequence[Any]) -> Any:
        try:
            row = self._database.execute(query, values).fetchone()
        except sqlite3.Error as error:
            raise self._unreadable(str(error)) from error
        return row[0] if row else None

    def _unreadable(self, why: str) -> LogError:
        remedy = "look at it with sqlite3; if you move it away, prod begins a new one"
        return LogError("cannot read the prediction log", evidence=f"{self.path}: {why}", remedy=remedy)


def _logged(lines: Sequence[Any]) -> Logged:
    ids, answered, instances, scores, happened = zip(*lines, strict=True)
    decoded = [msgspec.json.decode(instance, type=contract.Row) for instance in instances]
    rows = ScoredRows(
        frame(decoded),
        np.array([msgspec.json.decode(each, type=list[float]) for each in scores]),
        truths.numbers([None if each is None else msgspec.json.decode(each) for each in happened]),
        times(decoded),
    )
    return Logged(rows, (ids[0], ids[-1]), (answered[0], answered[-1]))


def _where(selection: Selection) -> tuple[str, list[Any]]:
    without, values = _without(selection)
    parts, texts = ["model_version = ?"], [selection.version]
    for bound, test in ((selection.since, ">="), (selection.until, "<")):
        if bound:
            parts.append(f"predictions.time {test} ?")
            texts.append(prediction_log.text(bound))
    return " AND ".join([*parts, without]), [*texts, *values]


def _without(selection: Selection) -> tuple[str, list[Any]]:
    parts = ["NOT (predictions.time >= ? AND predictions.time < ?)"] * len(selection.without)
    moments = [prediction_log.text(moment) for period in selection.without for moment in period]
    return " AND ".join(parts) or "1", moments
