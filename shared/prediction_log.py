"""The prediction log: the form of the SQLite file that prod writes and others read; with the standard library alone.

Rows are written a moment after they were answered. Beside the file lies a mark for each worker that has rows
under way, whose time of modification is that of the oldest of them: `settle` waits for what was answered before.
"""

import datetime as dt
import sqlite3
import time
from contextlib import suppress
from pathlib import Path

from shared.times import rfc3339

FOLDER, NAME = "predictions", "predictions.sqlite"
MARK = f"{NAME}.under-way-"
SETTLE_SECONDS = 15
"""How long a reader waits for rows under way."""
STALE_SECONDS = 60
"""A mark older than that is of a worker that was killed."""
BUSY_SECONDS = 10
SCHEMA = """
CREATE TABLE IF NOT EXISTS predictions (
  id INTEGER PRIMARY KEY,
  request_id TEXT NOT NULL,
  row INTEGER NOT NULL,
  time TEXT NOT NULL,
  model_version TEXT NOT NULL,
  instance TEXT NOT NULL,
  scores TEXT NOT NULL,
  label TEXT NOT NULL,
  answer_id TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS predictions_request ON predictions (request_id, row);
CREATE TABLE IF NOT EXISTS outcomes (
  prediction INTEGER PRIMARY KEY REFERENCES predictions (id) ON DELETE CASCADE,
  truth TEXT NOT NULL,
  time TEXT NOT NULL
);
"""
"""`time` is UTC in RFC 3339, `instance` the row as JSON, `row` its place in the request, from 0; as JSON, too, `scores`
(what the model says, a list), `label` (what was decided) and `truth`. `answer_id` is the service's own and unique to an
answer, `request_id` is the client's where it sent one."""
INSERT = """
INSERT INTO predictions (request_id, row, time, model_version, instance, scores, label, answer_id)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
INDEX = "CREATE INDEX IF NOT EXISTS predictions_answer ON predictions (answer_id, row)"
"""Apart from the schema: logs that were begun before have the column only after `upgrade`."""


COLUMNS = {"predictions": {5: "instance", 6: "scores", 7: "label"}, "outcomes": {1: "truth"}}
"""Of a table, the columns at these places: before, they had names of the problem that was served first."""
SCORES = "iif(typeof(scores) = 'text', scores, json_array(scores))"
LABEL, TRUTH = (
    f"CASE typeof({name}) WHEN 'text' THEN {name} WHEN 'integer' THEN iif({name}, 'true', 'false') END"
    for name in ("label", "truth")
)
"""These columns as JSON, also of rows that were written when a score was a number and a decision 0 or 1."""


def upgrade(database: sqlite3.Connection) -> None:
    """Make the tables, and give those of an older log the columns that it lacks, and their names."""
    database.executescript(SCHEMA)
    for table, names in COLUMNS.items():
        found = [column[1] for column in database.execute(f"PRAGMA table_info({table})")]
        for place, name in names.items():
            if name not in found:
                with suppress(sqlite3.OperationalError):  # another worker was first
                    database.execute(f'ALTER TABLE {table} RENAME COLUMN "{found[place]}" TO {name}')
    if "answer_id" not in {column[1] for column in database.execute("PRAGMA table_info(predictions)")}:
        with suppress(sqlite3.OperationalError):  # another worker was first
            database.execute("ALTER TABLE predictions ADD COLUMN answer_id TEXT NOT NULL DEFAULT ''")
    database.execute(INDEX)


def connect(path: Path) -> sqlite3.Connection:
    """The log, for reading.

    Raises:
        sqlite3.Error: it cannot be opened.
    """
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS)


def text(moment: dt.datetime) -> str:
    """RFC 3339 in UTC, with microseconds: the order of these texts is that of time."""
    return rfc3339(moment, "microseconds")


def settle(path: Path, seconds: float = SETTLE_SECONDS) -> bool:
    """Wait until every row that was answered before now is written, or lost and counted.

    Returns:
        whether that is so; False if it takes longer than `seconds`.
    """
    now, end = time.time(), time.monotonic() + seconds
    while _under_way(path, now):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def _under_way(path: Path, now: float) -> bool:
    for mark in path.parent.glob(f"{MARK}*"):
        with suppress(FileNotFoundError):  # written since
            if now - STALE_SECONDS < mark.stat().st_mtime <= now:
                return True
    return False
