"""Prediction logs, read as one, window after window: they may hold a million rows, and be written meanwhile."""

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

AT = "time, answer_id, request_id, row"
"""In whichever log a row is, this is its place among all rows."""
BACK = ", ".join(f"{name} DESC" for name in AT.split(", "))
SELECT = f"SELECT {AT}, instance, scores, truth FROM joined WHERE "  # noqa: S608

Place = tuple[str, str, str, int]
"""Values of `AT`."""
Period = tuple[dt.datetime, dt.datetime]


class LogError(ParityError):
    """There is no prediction log, or one cannot be read."""


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
        places: of the first row and the last; they begin with when these two were answered.
    """

    rows: ScoredRows
    places: tuple[Place, Place]

    @property
    def times(self) -> tuple[str, str]:
        """When the first and the last were answered."""
        return self.places[0][0], self.places[1][0]


class Log:
    """Logs, open for reading.

    Args:
        places: of them: files, or folders of files.

    Raises:
        LogError: there is none, or one cannot be read.
    """

    def __init__(self, *places: Path) -> None:
        self._places = " ".join(map(str, places))
        paths = prediction_log.logs(*places)
        if not paths:
            raise LogError(
                "there is no prediction log",
                evidence=f"no {prediction_log.NAME} and no other *.sqlite: {self._places}",
                remedy="serve, and ask for predictions: make prod; with PARITY_LOG_BYTES=0 nothing is kept",
            )
        for path in paths:
            prediction_log.settle(path)
        try:
            self._database = prediction_log.connect(*paths)
        except sqlite3.Error as error:
            raise self._unreadable(str(error)) from error

    def close(self) -> None:
        """Close the files."""
        self._database.close()

    def count(self, selection: Selection) -> int:
        """How many rows are selected, without regard to `max_rows`."""
        where, values = _where(selection)
        return int(self._one(f"SELECT count(*) FROM predictions WHERE {where}", values) or 0)  # noqa: S608

    def windows(self, selection: Selection, size: int) -> Iterator[Logged]:
        """The rows to judge, `size` at a time; the last ones may be fewer."""
        where, values = _where(selection)
        try:
            query = f"SELECT {AT} FROM predictions WHERE {where} ORDER BY {BACK} LIMIT 1 OFFSET ?"  # noqa: S608
            first = self._database.execute(query, [*values, selection.max_rows - 1]).fetchone()
        except sqlite3.Error as error:
            raise self._unreadable(str(error)) from error
        query = f"{SELECT}{where} AND ({AT}) >= (?, ?, ?, ?) ORDER BY {AT}"
        yield from self._read(query, [*values, *(first or ("", "", "", 0))], size)

    def before(self, place: Place, selection: Selection, size: int, count: int) -> list[Logged]:
        """The last `count` windows before a row, of any model; fewer if there are not as many."""
        where, values = _without(selection)
        where = f"{where} AND ({AT}) < (?, ?, ?, ?)"
        total = self._one(f"SELECT count(*) FROM predictions WHERE {where}", [*values, *place])  # noqa: S608
        whole = min(int(total or 0) // size, count)
        lines = f"SELECT * FROM ({SELECT}{where} ORDER BY {BACK} LIMIT ?) ORDER BY {AT}"  # noqa: S608
        return list(self._read(lines, [*values, *place, whole * size], size))

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
        return LogError("cannot read the prediction log", evidence=f"{self._places}: {why}", remedy=remedy)


def _logged(lines: Sequence[Any]) -> Logged:
    places = lines[0][:-3], lines[-1][:-3]
    instances, scores, happened = zip(*(line[-3:] for line in lines), strict=True)
    decoded = [msgspec.json.decode(instance, type=contract.Row) for instance in instances]
    rows = ScoredRows(
        frame(decoded),
        np.array([msgspec.json.decode(each, type=list[float]) for each in scores]),
        truths.numbers([None if each is None else msgspec.json.decode(each) for each in happened]),
        times(decoded),
    )
    return Logged(rows, places)


def _where(selection: Selection) -> tuple[str, list[Any]]:
    without, values = _without(selection)
    parts, texts = ["model_version = ?"], [selection.version]
    for bound, test in ((selection.since, ">="), (selection.until, "<")):
        if bound:
            parts.append(f"time {test} ?")
            texts.append(prediction_log.text(bound))
    return " AND ".join([*parts, without]), [*texts, *values]


def _without(selection: Selection) -> tuple[str, list[Any]]:
    parts = ["NOT (time >= ? AND time < ?)"] * len(selection.without)
    moments = [prediction_log.text(moment) for period in selection.without for moment in period]
    return " AND ".join(parts) or "1", moments
