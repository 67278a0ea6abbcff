"""The prediction log: the form of the SQLite file that prod writes and others read; with the standard library alone.

Each replica has a file of its own, and a truth comes to any of them: `connect` reads any number of files as one.

Rows are written a moment after they were answered. Beside the file lies a mark for each worker that has rows
under way, whose time of modification is that of the oldest of them: `settle` waits for what was answered before.
"""

import datetime as dt
import sqlite3
import time
from collections.abc import Sequence
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
CREATE TABLE IF NOT EXISTS truths (
  id INTEGER PRIMARY KEY,
  answer_id TEXT,
  request_id TEXT,
  row INTEGER NOT NULL,
  truth TEXT NOT NULL,
  time TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS truths_answer ON truths (answer_id, row) WHERE answer_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS truths_request ON truths (request_id, row) WHERE request_id IS NOT NULL;
"""
"""`time` is UTC in RFC 3339, `instance` the row as JSON, `row` its place in the request, from 0; as JSON, too, `scores`
(what the model says, a list), `label` (what was decided) and `truth`. `answer_id` is the service's own and unique to an
answer, `request_id` is the client's where it sent one. Truths are as they came, with one of the two: nothing is
replaced, and the answer may be in another file. Files of before have `outcomes` as well, each with the `id` of a
prediction; those stay there, and are read."""
INSERT = """
INSERT INTO predictions (request_id, row, time, model_version, instance, scores, label, answer_id)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
TRUTH_INSERT = "INSERT INTO truths (answer_id, request_id, row, truth, time) VALUES (?, ?, ?, ?, ?)"
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

COPIED = "request_id, row, time, model_version, instance, scores, label, answer_id"
SAME = "q.answer_id = p.answer_id AND q.row = p.row AND q.request_id = p.request_id AND q.time = p.time"
"""Rows `p` and `q` of predictions are one: logs of before answers had IDs need all of it."""


def upgrade(database: sqlite3.Connection) -> None:
    """Make tables and view, and give the tables of an older log the columns that they lack, and their names."""
    database.executescript(SCHEMA)
    for table, names in COLUMNS.items():
        found = [column[1] for column in database.execute(f"PRAGMA table_info({table})")]
        for place, name in names.items():
            if found and name not in found:
                with suppress(sqlite3.OperationalError):  # another worker was first
                    database.execute(f'ALTER TABLE {table} RENAME COLUMN "{found[place]}" TO {name}')
    if "answer_id" not in {column[1] for column in database.execute("PRAGMA table_info(predictions)")}:
        with suppress(sqlite3.OperationalError):  # another worker was first
            database.execute("ALTER TABLE predictions ADD COLUMN answer_id TEXT NOT NULL DEFAULT ''")
    database.execute(INDEX)
    with suppress(sqlite3.OperationalError):  # another worker was first
        database.execute(f"CREATE VIEW joined AS {_joined(database, [''])}")


def logs(*places: Path) -> list[Path]:
    """The logs there: a file itself, and of a folder all that end with `.sqlite`, at any depth."""
    found = [sorted(place.rglob("*.sqlite")) if place.is_dir() else [place] for place in places]
    return list(dict.fromkeys(path.resolve() for paths in found for path in paths if path.exists()))


def connect(*paths: Path) -> sqlite3.Connection:
    """Logs, for reading, as one: the views `predictions` and `joined`, which has the `truth`, too, or NULL.

    What is in several files counts once. Of several truths the latest holds; of those of one moment, the last in
    alphabetical order. One by `request_id` is about the only answer, in all files, that had this ID by then; where
    several had, it is about none.

    Args:
        paths: one, or more.

    Raises:
        sqlite3.Error: one of them cannot be read.
    """
    database = sqlite3.connect("file:", uri=True, timeout=BUSY_SECONDS)  # temporary, on disk, for what is too many
    try:
        prefixes: list[str] = []
        most = database.getlimit(sqlite3.SQLITE_LIMIT_ATTACHED)
        if len(paths) > most:
            upgrade(database)
            for path in paths[most - 1 :]:
                _attach(database, path, "other")
                _copy(database, "other.")
                database.execute("DETACH other")
            prefixes, paths = ["main."], paths[: most - 1]
        for number, path in enumerate(paths):
            _attach(database, path, f"log{number}")
            prefixes.append(f"log{number}.")
        database.execute(f"CREATE TEMP VIEW predictions AS {_rows(prefixes)}")
        database.execute(f"CREATE TEMP VIEW joined AS {_joined(database, prefixes)}")
    except BaseException:
        database.close()
        raise
    return database


def _attach(database: sqlite3.Connection, path: Path, name: str) -> None:
    try:
        database.execute(f"ATTACH ? AS {name}", (f"{path.resolve().as_uri()}?mode=ro",))
        database.execute(f"SELECT answer_id FROM {name}.predictions LIMIT 1")  # noqa: S608
    except sqlite3.Error as error:
        raise sqlite3.OperationalError(f"{path}: {error}") from error


def _copy(database: sqlite3.Connection, other: str) -> None:
    """Add what another log has to the temporary one."""
    tables = _tables(database, other)
    with database:
        database.execute(f"INSERT INTO main.predictions ({COPIED}) {_of(other, ['main.'])}")
        if "truths" in tables:
            columns = "answer_id, request_id, row, truth, time"
            database.execute(f"INSERT INTO main.truths ({columns}) SELECT {columns} FROM {other}truths")  # noqa: S608
        if "outcomes" in tables:
            database.execute(
                "INSERT INTO main.truths (answer_id, request_id, row, truth, time) "  # noqa: S608
                f"SELECT nullif(q.answer_id, ''), iif(q.answer_id = '', q.request_id, NULL), q.row, {TRUTH}, o.time "
                f"FROM {other}predictions AS q JOIN {other}outcomes AS o ON prediction = q.id"
            )


def _of(prefix: str, before: Sequence[str] = ()) -> str:
    """Rows of a log that those before it do not have."""
    new = [f"NOT EXISTS (SELECT 1 FROM {other}predictions AS q WHERE {SAME})" for other in before]  # noqa: S608
    columns = f"request_id, row, time, model_version, instance, {SCORES} AS scores, {LABEL} AS label, answer_id"
    return f"SELECT {columns} FROM {prefix}predictions AS p WHERE {' AND '.join(new) or 1}"  # noqa: S608


def _rows(prefixes: Sequence[str]) -> str:
    """Rows of all logs."""
    return " UNION ALL ".join(_of(prefix, prefixes[:number]) for number, prefix in enumerate(prefixes))


def _joined(database: sqlite3.Connection, prefixes: Sequence[str]) -> str:
    """Rows of all logs, with the truth."""
    several = " OR ".join(
        f"EXISTS (SELECT 1 FROM {prefix}predictions AS q WHERE q.request_id = t.request_id AND q.row = t.row "  # noqa: S608
        "AND q.time <= t.time AND (q.answer_id, q.time) <> (p.answer_id, p.time))"
        for prefix in prefixes
    )
    parts = []
    for prefix in prefixes:
        tables = _tables(database, prefix)
        if "truths" in tables:
            truths = f"SELECT truth, time FROM {prefix}truths AS t WHERE t.row = p.row"  # noqa: S608
            parts.append(f"{truths} AND t.answer_id = p.answer_id")
            parts.append(f"{truths} AND t.request_id = p.request_id AND t.time >= p.time AND NOT ({several})")
        if "outcomes" in tables:
            older = f"{prefix}predictions AS q JOIN {prefix}outcomes AS o ON prediction = q.id"
            parts.append(f"SELECT {TRUTH} AS truth, o.time AS time FROM {older} WHERE {SAME}")  # noqa: S608
    known = " UNION ALL ".join(parts) or "SELECT NULL AS truth, '' AS time"
    latest = f"SELECT truth FROM ({known}) ORDER BY time DESC, truth DESC LIMIT 1"  # noqa: S608
    return f"SELECT p.*, ({latest}) AS truth FROM ({_rows(prefixes)}) AS p"  # noqa: S608


def _tables(database: sqlite3.Connection, prefix: str) -> set[str]:
    return {name for (name,) in database.execute(f"SELECT name FROM {prefix}sqlite_master")}  # noqa: S608


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
