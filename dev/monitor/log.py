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

from dev.monitor.statistics import Rows
from shared.errors import ParityError
from shared.problem import contract
from shared.problem.features import features

NAME = "predictions.sqlite"  # prod/prediction_log.py writes it
BUSY_SECONDS = 10
SELECT = "SELECT id, predictions.time, flight, late_probability, outcomes.late FROM predictions "
JOIN = "LEFT JOIN outcomes ON prediction = id WHERE "

Period = tuple[dt.datetime, dt.datetime]


class LogError(ParityError):
    """There is no prediction log, or it cannot be read."""


@dataclass(frozen=True)
class Which:
    """The rows that are judged: of one model, answered in a period.

    Attributes:
        version: of the model.
        since, until: `since <= time < until`, where given.
        without: periods whose rows count for nothing.
        most: the most recent rows, so many of them.
    """

    version: str
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    without: Sequence[Period] = ()
    most: int = 100_000


@dataclass(frozen=True)
class Logged:
    """Rows of the log, in the order in which they were answered.

    Attributes:
        rows: what they hold.
        ids: of the first and the last.
        times: when these were answered.
    """

    rows: Rows
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
        self._database = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=BUSY_SECONDS)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def count(self, which: Which) -> int:
        """How many rows there are to judge, if `most` were no limit."""
        where, values = _where(which)
        return int(self._one(f"SELECT count(*) FROM predictions WHERE {where}", values) or 0)  # noqa: S608

    def windows(self, which: Which, size: int) -> Iterator[Logged]:
        """The rows to judge, so many at a time; the last ones may be fewer."""
        where, values = _where(which)
        first = self._one(
            f"SELECT id FROM predictions WHERE {where} ORDER BY id DESC LIMIT 1 OFFSET ?",  # noqa: S608
            [*values, which.most - 1],
        )
        query = f"{SELECT}{JOIN}{where} AND id >= ? ORDER BY id"
        yield from self._read(query, [*values, first or 0], size)

    def before(self, row: int, which: Which, size: int, count: int) -> list[Logged]:
        """The `count` windows that end before a row, of any model; fewer if there are not as many."""
        where, values = _without(which)
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
            found = self._database.execute(query, values).fetchone()
        except sqlite3.Error as error:
            raise self._unreadable(str(error)) from error
        return found[0] if found else None

    def _unreadable(self, why: str) -> LogError:
        remedy = "look at it with sqlite3; moved away, prod begins a new one"
        return LogError("the prediction log cannot be read", evidence=f"{self.path}: {why}", remedy=remedy)


def _logged(lines: Sequence[Any]) -> Logged:
    ids, times, flights, score, late = zip(*lines, strict=True)
    decoded = [msgspec.json.decode(each, type=contract.Flight) for each in flights]
    rows = Rows(
        features(contract.to_frame(decoded)),
        np.array(score, dtype="float64"),
        np.array(late, dtype="float64"),
        np.array([each.scheduled_departure.timestamp() for each in decoded]),
    )
    return Logged(rows, (ids[0], ids[-1]), (times[0], times[-1]))


def _where(which: Which) -> tuple[str, list[Any]]:
    without, values = _without(which)
    parts, texts = ["model_version = ?"], [which.version]
    for bound, test in ((which.since, ">="), (which.until, "<")):
        if bound:
            parts.append(f"predictions.time {test} ?")
            texts.append(_text(bound))
    return " AND ".join([*parts, without]), [*texts, *values]


def _without(which: Which) -> tuple[str, list[Any]]:
    parts = ["NOT (predictions.time >= ? AND predictions.time < ?)"] * len(which.without)
    return " AND ".join(parts) or "1", [_text(each) for period in which.without for each in period]


def _text(moment: dt.datetime) -> str:
    """As the log has it: the order of these texts is that of time."""
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
