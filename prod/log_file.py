"""Writing the prediction log's file: one writer at a time, and never more bytes than it may take."""

import datetime as dt
import fcntl
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from shared import prediction_log

LogRow = tuple[str, int, str, str, str, str, str, str]
"""As `prediction_log.INSERT` has it: request ID, row, time, model version, instance, scores, label, answer ID."""

OUTCOME = "INSERT OR REPLACE INTO outcomes VALUES (?, ?, ?)"
ROW_BYTES = 110
"""Of a row, without its texts; with the entries of two indexes."""
PIECES = 256
"""A transaction writes this part of the file's size at most: its changed pages are in the write-ahead log."""
WAL_SHARE, MAX_WAL_SHARE = 0.04, 0.08
"""Of the file's size: when the write-ahead log is written back, and beyond what nothing is written any more."""
BUSY_SECONDS = 5


class BusyError(sqlite3.OperationalError):
    """It cannot be written now, and can later."""


@dataclass(frozen=True)
class Truth:
    """What became of one row of one answer, by either of its IDs.

    Attributes:
        row: its place in the request, from 0.
        truth: as JSON.
    """

    row: int
    truth: str
    answer_id: str = ""
    request_id: str = ""


@dataclass(frozen=True)
class Unrecorded:
    """Truths that were not recorded: about no row, or about the rows of several answers."""

    unknown: list[Truth]
    ambiguous: list[Truth]

    def plus(self, ambiguous: list[Truth]) -> "Unrecorded":
        """With more of the latter."""
        return Unrecorded(self.unknown, [*ambiguous, *self.ambiguous])


def size(row: LogRow) -> int:
    """Bytes that a row takes, about."""
    request_id, _, *texts, answer_id = row
    return ROW_BYTES + 2 * (len(request_id) + len(answer_id)) + sum(map(len, texts))


class LogFile:
    """The file, open for writing.

    Raises:
        OSError, sqlite3.Error: it cannot be written.
    """

    def __init__(self, path: Path, max_bytes: int) -> None:
        self._path, self._max_bytes = path, max_bytes
        self.piece_bytes = max_bytes // PIECES
        self._lock = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            with self._alone():
                self._database = sqlite3.connect(path, timeout=BUSY_SECONDS)
                self._prepare()
        except BaseException:
            os.close(self._lock)
            raise

    def close(self) -> None:
        """Let go of it."""
        self._database.close()
        os.close(self._lock)

    def write(self, rows: Sequence[LogRow]) -> None:
        """Append rows, in place of the oldest ones where there is no room.

        Raises:
            BusyError: not now.
            sqlite3.Error: the file cannot be written.
        """
        try:
            with self._alone():
                self._write_back()
                self._make_room(rows)
                with self._database:
                    self._database.executemany(prediction_log.INSERT, rows)
        except BusyError:
            raise
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                raise BusyError(str(error)) from error
            raise

    def record(self, truths: Sequence[Truth]) -> Unrecorded:
        """Write them; returns those that could not be."""
        now = prediction_log.text(dt.datetime.now(dt.UTC))
        left = Unrecorded([], [])
        with self._alone():
            self._write_back()
            with self._database:
                for truth in truths:
                    found = self._find(truth)
                    if len(found) == 1:
                        self._database.execute(OUTCOME, (found[0], truth.truth, now))
                    else:
                        (left.ambiguous if found else left.unknown).append(truth)
        return left

    def _find(self, truth: Truth) -> list[int]:
        """IDs of the rows that it may be about, two of them at most."""
        name, value = ("answer_id", truth.answer_id) if truth.answer_id else ("request_id", truth.request_id)
        query = f"SELECT id FROM predictions WHERE {name} = ? AND row = ? LIMIT 2"  # noqa: S608
        return [found for (found,) in self._database.execute(query, (value, truth.row))]

    def _prepare(self) -> None:
        try:
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = NORMAL")
            self._database.execute("PRAGMA foreign_keys = ON")
            self._database.execute("PRAGMA wal_autocheckpoint = 0")
            prediction_log.upgrade(self._database)
            self._page = int(self._pragma("page_size"))
            self._database.execute(f"PRAGMA max_page_count = {max(self._max_bytes // self._page, 16)}")
        except BaseException:
            self._database.close()
            raise

    def _write_back(self) -> None:
        """Move the write-ahead log's pages to the file when there are many, and empty it."""
        if self._wal_bytes() > WAL_SHARE * self._max_bytes:
            self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if self._wal_bytes() > MAX_WAL_SHARE * self._max_bytes:
                raise BusyError("a reader has held on to the write-ahead log for too long")

    def _wal_bytes(self) -> int:
        try:
            return self._path.with_name(f"{self._path.name}-wal").stat().st_size
        except FileNotFoundError:
            return 0

    def _make_room(self, rows: Sequence[LogRow]) -> None:
        """Drop the oldest rows until these fit; the file keeps its pages, and later rows take them."""
        needed = 2 * sum(map(size, rows)) + 16 * self._page
        while self._used() + needed > self._max_bytes:
            (first,) = self._database.execute("SELECT min(id) FROM predictions").fetchone()
            if first is None:
                return
            with self._database:
                self._database.execute("DELETE FROM predictions WHERE id < ?", (first + 2 * len(rows),))
            self._write_back()

    def _used(self) -> int:
        """Bytes of the pages that hold something."""
        return (int(self._pragma("page_count")) - int(self._pragma("freelist_count"))) * self._page

    def _pragma(self, name: str) -> int:
        return int(self._database.execute(f"PRAGMA {name}").fetchone()[0])

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """No other worker writes: each gets its turn, where SQLite would have them try again and starve."""
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._lock, fcntl.LOCK_UN)
