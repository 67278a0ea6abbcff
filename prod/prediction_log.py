"""The prediction log of a worker: answered rows are queued, and a thread writes them; see `shared.prediction_log`.

No request waits for it. What has come up is written once a second, by one worker at a time, in transactions small
enough for the write-ahead log to stay small (readers do not wait either). Beyond its size the oldest rows go. What
cannot be queued or written costs rows of the log, which are counted and reported, and never an answer.
"""

import datetime as dt
import logging
import os
import sqlite3
import threading
import time
import uuid
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from prod import log_file, metrics
from prod.log_file import Doubtful, LogFile, LogRow, Truth
from shared import prediction_log
from shared.contract import Row

log = logging.getLogger("prod")
_encoder = msgspec.json.Encoder()

MAX_WAITING_ROWS = 100_000
MAX_WAITING_BYTES = 16 << 20
"""What may wait to be written, in each worker; it takes memory."""
PAUSE_SECONDS = 1.0
"""Between two rounds of writing: one transaction for many requests costs hardly more than for a single one."""
HURRY_BYTES = MAX_WAITING_BYTES // 8
"""When so much waits, the next round does not."""
CLOSE_SECONDS = 10
REPORT_SECONDS = 60
"""From one report of lost rows to the next; the metric counts all of them."""


class Answered(msgspec.Struct, frozen=True):
    """A request that was answered.

    Attributes:
        answer_id: unique to this answer.
        request_id: the client's, if it sent one.
        scores: of the model; shape (rows, columns of the target).
        labels: what was decided, one for each row.
    """

    answer_id: str
    request_id: str
    time: dt.datetime
    model_version: str
    rows: Sequence[Row]
    scores: Sequence[Sequence[float]]
    labels: Sequence[bool | str | float]


@dataclass
class PredictionLog:
    """The log of one worker; `close` writes what still waits.

    Attributes:
        path: of the file; other workers, and readers, have it open as well.
        max_bytes: that the file may take; its write-ahead log takes a tenth of that at most.
    """

    path: Path
    max_bytes: int

    def __post_init__(self) -> None:
        self._rows: deque[tuple[LogRow, int]] = deque()  # with what they take
        self._bytes = 0
        self._changed = threading.Condition()
        self._closing = threading.Event()
        self._hurry = threading.Event()
        self._reported = -float(REPORT_SECONDS)
        self._mark = self.path.with_name(f"{prediction_log.MARK}{uuid.uuid4().hex}")
        self._thread = threading.Thread(target=self._run, name="prediction log", daemon=True)
        self._thread.start()

    def add(self, answered: Answered) -> None:
        """Have a request written soon; counted as lost if too much waits already."""
        rows = [(row, log_file.size(row)) for row in _rows(answered)]
        size = sum(taken for _, taken in rows)
        with self._changed:
            full = len(self._rows) + len(rows) > MAX_WAITING_ROWS or self._bytes + size > MAX_WAITING_BYTES
            if not full:
                if not self._rows:
                    self._set_mark(answered.time.timestamp())
                self._rows += rows
                self._bytes += size
                self._changed.notify()
                if self._bytes > HURRY_BYTES:
                    self._hurry.set()
        if full:
            why = "rows are answered faster than they can be written"
            self._lose(len(rows), why, "ask for fewer at a time, or give it a faster disk")

    def record(self, truths: Sequence[Truth]) -> Doubtful:
        """Append what became of rows; readers take the latest truth about a row.

        Returns:
            those that are recorded, about no row of this log so far, as a replica gets them about answers of
            others; and those that are not, about rows of several answers.

        Raises:
            OSError, sqlite3.Error: the file cannot be written.
        """
        moment = prediction_log.text(dt.datetime.now(dt.UTC))
        with closing(LogFile(self.path, self.max_bytes)) as file:
            # What is under way may make an ID of the client's ambiguous; one of the service's never is.
            if file.look_up([truth for truth in truths if truth.request_id]).unknown:
                prediction_log.settle(self.path)
            return file.record(truths, moment)

    def close(self) -> None:
        """Write what waits, and stop."""
        self._closing.set()
        self._hurry.set()
        with self._changed:
            self._changed.notify()
        self._thread.join(CLOSE_SECONDS)

    @property
    def waiting(self) -> int:
        """Rows that are not written yet."""
        return len(self._rows)

    def _run(self) -> None:
        file: LogFile | None = None
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._rows or self._closing.is_set())
            self._hurry.wait(PAUSE_SECONDS)
            self._hurry.clear()
            file = self._write_all(file)
            if self._closing.is_set() and not self._rows:
                break
        if file:
            file.close()

    def _write_all(self, file: LogFile | None) -> LogFile | None:
        """Write what waits; returns the open file, None if it failed."""
        try:
            file = file or LogFile(self.path, self.max_bytes)
            while piece := self._piece(file.piece_bytes):
                file.write(piece)
                self._written(len(piece))
        except (sqlite3.Error, OSError) as error:
            if isinstance(error, log_file.BusyError) and not self._closing.is_set():
                return file  # tried again, for as long as there is room to wait
            self._lose(self._drop_all(), str(error), "make room there, or let the container's user write there")
            if file:
                file.close()  # it may be another file by then
            return None
        return file

    def _piece(self, most: int) -> list[LogRow]:
        """The oldest rows, as many as one transaction may hold; one at least."""
        piece: list[LogRow] = []
        size = 0
        with self._changed:
            for row, taken in self._rows:
                size += taken
                if piece and size > most:
                    break
                piece.append(row)
        return piece

    def _written(self, rows: int) -> None:
        metrics.LOGGED.inc(rows)
        with self._changed:
            for _ in range(rows):
                self._bytes -= self._rows.popleft()[1]
            self._set_mark(dt.datetime.fromisoformat(self._rows[0][0][2]).timestamp() if self._rows else None)

    def _drop_all(self) -> int:
        with self._changed:
            count = len(self._rows)
            self._rows.clear()
            self._bytes = 0
            self._set_mark(None)
        return count

    def _set_mark(self, oldest: float | None) -> None:
        """Show readers since when rows are under way; without a folder to write to nobody reads either."""
        with suppress(OSError):
            if oldest is None:
                self._mark.unlink(missing_ok=True)
            else:
                self._mark.touch()
                os.utime(self._mark, (oldest, oldest))

    def _lose(self, rows: int, why: str, remedy: str) -> None:
        metrics.UNLOGGED.inc(rows)
        now = time.monotonic()
        if now - self._reported >= REPORT_SECONDS:
            self._reported = now
            fields = {"evidence": f"{self.path}: {why}", "remedy": f"{remedy}; PARITY_LOG_BYTES=0 switches it off"}
            log.error("answers are not written to the prediction log", extra=fields)


def _rows(answered: Answered) -> Iterator[LogRow]:
    moment, request_id = prediction_log.text(answered.time), answered.request_id
    version, answer = answered.model_version, answered.answer_id
    parts = zip(_texts(answered.rows), _texts(answered.scores), _texts(answered.labels), strict=True)
    for number, (instance, scores, label) in enumerate(parts):
        yield request_id, number, moment, version, instance, scores, label, answer


def _texts(values: Sequence[Any]) -> list[str]:
    """Each as JSON, which has no line feed of its own."""
    return _encoder.encode_lines(values).decode().split("\n")[:-1]
