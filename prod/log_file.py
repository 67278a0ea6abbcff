"""Writing the prediction log's file: one writer at a time, and never more bytes than it may take."""

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

ROW_BYTES, TRUTH_BYTES = 110, 60
"""Of a row and of a truth, without its texts; with the entries of indexes."""
OLDEST = """
SELECT * FROM (SELECT 'predictions', id, time FROM predictions ORDER BY id LIMIT 1) UNION ALL
SELECT * FROM (SELECT 'truths', id, time FROM truths ORDER BY id LIMIT 1) ORDER BY 3 LIMIT 1
"""
"""Table and ID of what is oldest, a row or a truth: what came since is kept, of both."""
PIECES = 256
"""A transaction writes this part of the file's size at most: its changed pages are in the write-ahead log."""
WAL_SHARE, MAX_WAL_SHARE = 0.04, 0.08
"""Of the file's size: when the write-ahead log is written back, and beyond what nothing is written any more."""
BUSY_SECONDS = 5


class BusyError(sqlite3.OperationalError):
    """It cannot be written now, and can later."""


@dataclass(frozen=True)
class Truth:
    """What became of one row of one answer, by either of its IDs; of this replica's, or of another's.

    Attributes:
        row: its place in the request, from 0.
        truth: as JSON.
    """

    row: int
    truth: str
    answer_id: str = ""
    request_id: str = ""


@dataclass(frozen=True)
class Doubtful:
    """Truths about no row of this log, which are recorded, and about rows of several answers, which are not."""

    unknown: list[Truth]
    ambiguous: list[Truth]


def size(row: LogRow) -> int:
    """Bytes that a row takes, about."""
    request_id, _, *texts, answer_id = row
    return ROW_BYTES + 2 * (len(request_id) + len(answer_id)) + sum(map(len, texts))


def truth_size(truth: Truth) -> int:
    """Bytes that a truth takes, about."""
    return TRUTH_BYTES + 2 * (len(truth.answer_id) + len(truth.request_id)) + len(truth.truth)


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
                self._make_room(2 * sum(map(size, rows)), len(rows))
                with self._database:
                    self._database.executemany(prediction_log.INSERT, rows)
        except BusyError:
            raise
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                raise BusyError(str(error)) from error
            raise

    def look_up(self, truths: Sequence[Truth]) -> Doubtful:
        """Those that are not about one row that is written here."""
        found = Doubtful([], [])
        for truth in truths:
            count = self._count(truth)
            if count != 1:
                (found.ambiguous if count else found.unknown).append(truth)
        return found

    def record(self, truths: Sequence[Truth], moment: str) -> Doubtful:
        """Append them, but for those that are ambiguous; of several about one row in here, the last.

        Args:
            moment: when they came.

        Raises:
            sqlite3.Error: the file cannot be written.
        """
        with self._alone():
            found = self.look_up(truths)
            left = set(found.ambiguous)
            last = {(truth.answer_id, truth.request_id, truth.row): truth for truth in truths if truth not in left}
            self._database.execute("PRAGMA synchronous = FULL")  # who sent it does not send it again
            for piece in self._pieces(list(last.values())):
                self._write_back()
                self._make_room(2 * sum(map(truth_size, piece)), len(piece))
                rows = [(each.answer_id or None, each.request_id or None, each.row, each.truth) for each in piece]
                with self._database:
                    self._database.executemany(prediction_log.TRUTH_INSERT, [(*row, moment) for row in rows])
        return found

    def _pieces(self, truths: Sequence[Truth]) -> Iterator[Sequence[Truth]]:
        """As many at a time as one transaction may hold."""
        most = max(self.piece_bytes // max(map(truth_size, truths), default=1), 1)
        return (truths[at : at + most] for at in range(0, len(truths), most))

    def _count(self, truth: Truth) -> int:
        """How many rows it may be about, two at most."""
        name, value = ("answer_id", truth.answer_id) if truth.answer_id else ("request_id", truth.request_id)
        query = f"SELECT id FROM predictions WHERE {name} = ? AND row = ? LIMIT 2"  # noqa: S608
        return len(self._database.execute(query, (value, truth.row)).fetchall())

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

    def _make_room(self, needed: int, count: int) -> None:
        """Drop what is oldest until this fits; the file keeps its pages, and later rows take them.

        Args:
            needed: bytes.
            count: of rows, or of truths.
        """
        while self._used() + needed + 16 * self._page > self._max_bytes:
            oldest = self._database.execute(OLDEST).fetchone()
            if oldest is None:
                return
            table, first, _ = oldest
            with self._database:
                self._database.execute(f"DELETE FROM {table} WHERE id < ?", (first + 2 * count,))  # noqa: S608
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
