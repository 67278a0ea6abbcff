"""The prediction log: answered rows with their answers, and the truth that comes later, in one SQLite file.

No request waits for it: what was answered is queued, and a thread of each worker writes what has come up, once a
second, in one transaction (write-ahead log: readers do not wait either). Beyond its size the oldest rows go. A full
disk, or a folder that cannot be written, costs rows of the log, which are counted and told, and never an answer.
"""

import datetime as dt
import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import msgspec

from prod import metrics
from shared.problem.contract import Flight

log = logging.getLogger("prod")

NAME = "predictions.sqlite"
SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA foreign_keys = ON;
CREATE TABLE IF NOT EXISTS predictions (
  id INTEGER PRIMARY KEY,
  request_id TEXT NOT NULL,
  row INTEGER NOT NULL,
  time TEXT NOT NULL,
  model_version TEXT NOT NULL,
  flight TEXT NOT NULL,
  late_probability REAL NOT NULL,
  late INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS predictions_request ON predictions (request_id, row);
CREATE TABLE IF NOT EXISTS outcomes (
  prediction INTEGER PRIMARY KEY REFERENCES predictions (id) ON DELETE CASCADE,
  late INTEGER NOT NULL,
  time TEXT NOT NULL
);
"""
"""`time` is UTC in RFC 3339, `flight` the row as JSON, `row` its place in the request, from 0."""
INSERT = """
INSERT INTO predictions (request_id, row, time, model_version, flight, late_probability, late)
VALUES (?, ?, ?, ?, ?, ?, ?)
"""
MOST_WAITING = 10_000
"""Requests that may wait to be written; they take memory."""
PAUSE_SECONDS = 1.0
"""Between two transactions: one for many requests costs hardly more than one for a single one."""
PATIENCE = 1.5
"""Pauses that the truth waits for its row: a worker may have answered just now, and not written it yet."""
BUSY_SECONDS = 5
CLOSE_SECONDS = 10
DROPPED_AT_ONCE = 0.02
"""Share of the rows that goes when there are too many."""


class Answered(msgspec.Struct, frozen=True):
    """A request that was answered.

    Attributes:
        answers: probability and decision, one for each flight.
    """

    request_id: str
    time: dt.datetime
    model_version: str
    flights: Sequence[Flight]
    answers: Sequence[tuple[float, bool]]


class Outcome(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What became of a flight: the truth about one row of one request."""

    request_id: str
    row: int
    late: bool


@dataclass
class PredictionLog:
    """The log of one worker; `close` writes what still waits.

    Attributes:
        path: of the file; other workers, and readers, have it open as well.
        most_bytes: that the rows may take.
    """

    path: Path
    most_bytes: int

    def __post_init__(self) -> None:
        self._waiting: queue.Queue[Answered | None] = queue.Queue(MOST_WAITING)
        self._closing = threading.Event()
        self._failing = False
        self._database: sqlite3.Connection | None = None
        self._thread = threading.Thread(target=self._run, name="prediction log", daemon=True)
        self._thread.start()

    def add(self, answered: Answered) -> None:
        """Have a request written soon; counted as lost if too many wait already."""
        try:
            self._waiting.put_nowait(answered)
        except queue.Full:
            self._lost(len(answered.flights), "too many requests wait to be written")

    def record(self, outcomes: Sequence[Outcome]) -> list[Outcome]:
        """Write what became of flights; a later truth replaces an earlier one.

        Returns:
            those that are about no row of the log.

        Raises:
            sqlite3.Error: the file cannot be written.
        """
        end = time.monotonic() + PATIENCE * PAUSE_SECONDS
        unknown = self._record(outcomes)
        while unknown and time.monotonic() < end:
            time.sleep(PAUSE_SECONDS / 4)
            unknown = self._record(unknown)
        return unknown

    def _record(self, outcomes: Sequence[Outcome]) -> list[Outcome]:
        now = _text(dt.datetime.now(dt.UTC))
        unknown = []
        with closing(_open(self.path)) as database, database:
            for outcome in outcomes:
                found = database.execute(
                    "INSERT OR REPLACE INTO outcomes SELECT max(id), ?, ? FROM predictions"
                    " WHERE request_id = ? AND row = ? HAVING max(id) IS NOT NULL",
                    (outcome.late, now, outcome.request_id, outcome.row),
                )
                if not found.rowcount:
                    unknown.append(outcome)
        return unknown

    def close(self) -> None:
        """Write what waits, and stop."""
        self._closing.set()
        self._waiting.put(None)
        self._thread.join(CLOSE_SECONDS)

    def _run(self) -> None:
        ended = False
        while not ended:
            batch = [self._waiting.get()]
            self._closing.wait(PAUSE_SECONDS)
            while not self._waiting.empty():
                batch.append(self._waiting.get())
            ended = None in batch
            self._write([each for each in batch if each is not None])
        self._disconnect()

    def _write(self, batch: Sequence[Answered]) -> None:
        if not batch:
            return
        rows = [row for answered in batch for row in _rows(answered)]
        try:
            self._database = self._database or _open(self.path)
            with self._database:
                self._database.executemany(INSERT, rows)
                _drop_oldest(self._database, self.most_bytes)
        except sqlite3.Error as error:
            self._lost(len(rows), str(error))
            self._disconnect()  # it may be another file by then
        else:
            metrics.LOGGED.inc(len(rows))
            self._failing = False

    def _disconnect(self) -> None:
        if self._database:
            self._database.close()
        self._database = None

    def _lost(self, rows: int, why: str) -> None:
        metrics.UNLOGGED.inc(rows)
        if not self._failing:  # once, until it works again
            remedy = "make room there, or let the container's user write there; PARITY_LOG_BYTES=0 switches it off"
            told = {"evidence": f"{self.path}: {why}", "remedy": remedy}
            log.error("answers are not written to the prediction log", extra=told)
        self._failing = True


def _open(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=BUSY_SECONDS)
    try:
        database.executescript(SCHEMA)
    except sqlite3.Error:
        database.close()
        raise
    return database


def _rows(answered: Answered) -> Iterator[tuple[str, int, str, str, str, float, bool]]:
    moment = _text(answered.time)
    for row, (flight, (probability, late)) in enumerate(zip(answered.flights, answered.answers, strict=True)):
        text = msgspec.json.encode(flight).decode()
        yield answered.request_id, row, moment, answered.model_version, text, probability, late


def _drop_oldest(database: sqlite3.Connection, most_bytes: int) -> None:
    """Make room below the size; the file keeps its pages, and later rows take them."""
    while _bytes(database) > most_bytes:
        first, last = database.execute("SELECT min(id), max(id) FROM predictions").fetchone()
        if first is None:
            return
        dropped = int((last - first + 1) * DROPPED_AT_ONCE) + 1
        database.execute("DELETE FROM predictions WHERE id < ?", (first + dropped,))


def _bytes(database: sqlite3.Connection) -> int:
    """What the rows and their index take."""
    names = ("page_count", "freelist_count", "page_size")
    pages, free, size = (int(database.execute(f"PRAGMA {name}").fetchone()[0]) for name in names)
    return (pages - free) * size


def _text(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
