"""Any number of logs read as one: what is in which file changes nothing."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prod.log_file import Doubtful, LogFile, Truth
from shared.prediction_log import connect, logs, upgrade

BYTES = 1 << 24
OLDER = """
CREATE TABLE predictions (
  id INTEGER PRIMARY KEY, request_id TEXT NOT NULL, row INTEGER NOT NULL, time TEXT NOT NULL,
  model_version TEXT NOT NULL, instance TEXT NOT NULL, scores TEXT NOT NULL, label TEXT NOT NULL,
  answer_id TEXT NOT NULL DEFAULT ''
);
CREATE TABLE outcomes (
  prediction INTEGER PRIMARY KEY REFERENCES predictions (id) ON DELETE CASCADE, truth TEXT NOT NULL, time TEXT NOT NULL
);
INSERT INTO predictions VALUES (1, 'asked', 0, '2026-01-01', 'v0', '{}', '[0.5]', 'true', 'one');
INSERT INTO predictions VALUES (2, 'asked', 1, '2026-01-01', 'v0', '{}', '[0.5]', 'true', 'one');
INSERT INTO predictions VALUES (3, 'before', 0, '2026-01-01', 'v0', '{}', '[0.5]', 'true', '');
INSERT INTO outcomes VALUES (1, 'false', '2026-01-02'), (3, 'true', '2026-01-02');
"""
"""As it was when an outcome could only be recorded beside its prediction."""


@dataclass
class Fleet:
    """Replicas, each with a log file of its own.

    Attributes:
        clock: seconds since the first of January.
    """

    folder: Path
    count: int
    clock: int = 0
    names: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.names = [f"{number}.sqlite" for number in range(self.count)]

    def answer(self, at: int, answer_id: str, request_id: str, rows: int = 1) -> None:
        """Have a replica log an answer."""
        moment = self._now()
        lines = [(request_id, row, moment, "v1", "{}", "[0.5]", "true", answer_id) for row in range(rows)]
        with closing(self._file(at)) as file:
            file.write(lines)

    def tell(self, at: int, *truths: Truth) -> Doubtful:
        """Have a replica record truths."""
        moment = self._now()
        with closing(self._file(at)) as file:
            return file.record(truths, moment)

    def joined(self) -> list[tuple[Any, ...]]:
        """What a reader of all of them sees, in order."""
        paths = logs(self.folder)
        return read(*paths) if paths else []

    def _file(self, at: int) -> LogFile:
        return LogFile(self.folder / self.names[at % self.count], BYTES)

    def _now(self) -> str:
        self.clock += 1
        return f"2026-01-01T{self.clock:06}"


@pytest.fixture
def three(tmp_path: Path) -> Fleet:
    """Three replicas."""
    return Fleet(tmp_path, 3)


def read(*paths: Path) -> list[tuple[Any, ...]]:
    """Answer, row and truth."""
    with closing(connect(*paths)) as database:
        return database.execute("SELECT answer_id, row, truth FROM joined ORDER BY answer_id, row").fetchall()


def test_any_replica_records_the_truth_of_any_answer(three: Fleet) -> None:
    """It says that it has not seen the answer, and a reader of all logs has."""
    three.answer(0, "one", "asked", rows=2)
    foreign = Truth(1, "true", answer_id="one")
    assert three.tell(1, foreign).unknown == [foreign]
    by_request = Truth(0, "false", request_id="asked")
    assert three.tell(2, by_request).unknown == [by_request]
    assert three.joined() == [("one", 0, "false"), ("one", 1, "true")]


def test_the_latest_truth_holds_whoever_heard_it(three: Fleet) -> None:
    """And what comes twice counts once."""
    three.answer(0, "one", "asked")
    for at, truth in ((1, "true"), (2, "false"), (0, "true"), (1, "false"), (2, "false")):
        three.tell(at, Truth(0, truth, answer_id="one"))
    assert three.joined() == [("one", 0, "false")]
    three.tell(0, Truth(0, "false", answer_id="one"), Truth(0, "true", answer_id="one"))
    assert three.joined() == [("one", 0, "true")]


def test_a_request_id_that_replicas_share_is_about_none(three: Fleet) -> None:
    """As where a mesh sends a request again, to another replica; each of them knows one answer."""
    three.answer(0, "one", "sent-again")
    three.answer(1, "two", "sent-again")
    assert three.tell(0, Truth(0, "true", request_id="sent-again")) == Doubtful([], [])
    assert three.joined() == [("one", 0, None), ("two", 0, None)]
    three.tell(2, Truth(0, "true", answer_id="two"))
    assert three.joined() == [("one", 0, None), ("two", 0, "true")]


def test_a_request_id_that_is_used_again_later_keeps_its_truth(three: Fleet) -> None:
    """A truth is about what was answered before it came; of one that came before any answer nothing is known."""
    three.tell(0, Truth(0, "false", request_id="daily"))
    three.answer(0, "monday", "daily")
    three.tell(1, Truth(0, "true", request_id="daily"))
    three.answer(2, "tuesday", "daily")
    three.tell(1, Truth(0, "false", request_id="daily"))
    assert three.joined() == [("monday", 0, "true"), ("tuesday", 0, None)]


def test_an_ambiguous_truth_is_refused_where_that_is_seen(three: Fleet) -> None:
    """It is not written."""
    three.answer(0, "one", "shared")
    three.answer(0, "two", "shared")
    truth = Truth(0, "true", request_id="shared")
    assert three.tell(0, truth) == Doubtful([], [truth])
    with closing(connect(three.folder / three.names[0])) as database:
        assert database.execute("SELECT count(*) FROM log0.truths").fetchone() == (0,)


def test_truths_leave_the_log_within_its_size(tmp_path: Path) -> None:
    """A flood of them about nothing: the oldest go, the newest stay, and so does what was answered since."""
    path, size = tmp_path / "predictions.sqlite", 1 << 20
    with closing(LogFile(path, size)) as file:
        file.write([("old", 0, "2026-01-01", "v1", "{}", "[0.5]", "true", "old")])
        for number in range(200):
            file.record(
                [Truth(row, "true", answer_id=f"{number:036}") for row in range(100)], f"2026-01-02T{number:03}"
            )
            files = [each for each in (path, path.with_name(f"{path.name}-wal")) if each.exists()]
            assert sum(each.stat().st_size for each in files) <= 1.1 * size
        file.write([("new", 0, "2026-01-02T199", "v1", "{}", "[0.5]", "true", f"{199:036}")])
    assert read(path) == [(f"{199:036}", 0, "true")]
    with closing(connect(path)) as database:
        ((count, oldest),) = database.execute("SELECT count(*), min(time) FROM log0.truths").fetchall()
    assert 2000 < count < 20_000
    assert oldest > "2026-01-02T050"


def test_an_older_log_is_read_as_it_is_and_after_it_was_upgraded(tmp_path: Path) -> None:
    """Its outcomes stay, later truths replace them, and a copy of before counts once."""
    old, copy = tmp_path / "old.sqlite", tmp_path / "copy.sqlite"
    for path in (old, copy):
        with closing(sqlite3.connect(path)) as database:
            database.executescript(OLDER)
    known = [("", 0, "true"), ("one", 0, "false"), ("one", 1, None)]
    assert read(old) == read(old, copy) == known
    with closing(LogFile(old, BYTES)) as file:
        file.record([Truth(1, "true", answer_id="one"), Truth(0, "false", request_id="before")], "2026-01-03")
    known = [("", 0, "false"), ("one", 0, "false"), ("one", 1, "true")]
    assert read(old) == read(old, copy) == read(copy, old) == known
    with closing(sqlite3.connect(old)) as database:
        assert database.execute("SELECT answer_id, row, truth FROM joined ORDER BY 1, 2").fetchall() == known


def test_more_logs_than_can_be_attached(tmp_path: Path) -> None:
    """A dozen, and an older one among those that are too many."""
    fleet = Fleet(tmp_path, 12)
    for at in range(12):
        fleet.answer(at, f"answer-{at:02}", f"asked-{at}")
    for at in range(12):
        truth = Truth(0, "true", **({"answer_id": f"answer-{at:02}"} if at % 2 else {"request_id": f"asked-{at}"}))
        fleet.tell(at + 5, truth)
    with closing(sqlite3.connect(tmp_path / "z.sqlite")) as database:
        database.executescript(OLDER)
    known = [(f"answer-{at:02}", 0, "true") for at in range(12)]
    assert fleet.joined() == [("", 0, "true"), *known, ("one", 0, "false"), ("one", 1, None)]


def test_a_log_that_is_shipped_while_it_is_written_can_be_read(three: Fleet, tmp_path: Path) -> None:
    """As README says, with SQLite's own VACUUM INTO; also from a folder that is read-only, beside the log itself."""
    three.answer(0, "one", "asked")
    shipped = tmp_path / "shipped" / "node-a.sqlite"
    shipped.parent.mkdir()
    with closing(three._file(0)), closing(sqlite3.connect(three.folder / three.names[0])) as database:
        database.execute("VACUUM INTO ?", (str(shipped),))
    shipped.parent.chmod(0o500)
    three.tell(1, Truth(0, "true", answer_id="one"))
    assert three.joined() == [("one", 0, "true")]
    assert logs(tmp_path, shipped) == sorted([*(tmp_path / name for name in three.names[:2]), shipped])
    shipped.parent.chmod(0o700)


def test_a_file_that_is_no_log_is_named(tmp_path: Path) -> None:
    """Whichever of them it is."""
    good, bad = tmp_path / "good.sqlite", tmp_path / "bad.sqlite"
    with closing(sqlite3.connect(good)) as database:
        upgrade(database)
    bad.write_text("this is no database, whatever its name says" * 100)
    with pytest.raises(sqlite3.Error, match=r"bad\.sqlite: "):
        connect(good, bad)


ids = st.sampled_from("abcd")
events = st.lists(
    st.tuples(st.sampled_from(["answer", "by answer", "by request"]), ids, st.booleans(), st.integers(0, 3)),
    max_size=12,
)


@settings(max_examples=40, deadline=None)
@given(events, st.integers(2, 4), st.integers(0, 3))
def test_whatever_comes_to_whichever_replica_is_what_one_would_have(
    tmp_path_factory: pytest.TempPathFactory, happened: Sequence[tuple[str, str, bool, int]], count: int, copied: int
) -> None:
    """Answers, some with an ID of the client's that is used again, and truths by either ID; and a copy of a log."""
    folder = tmp_path_factory.mktemp("logs")
    (folder / "one").mkdir()
    (folder / "many").mkdir()
    one, many = Fleet(folder / "one", 1), Fleet(folder / "many", count)
    for number, (kind, name, value, at) in enumerate(happened):
        truth = "true" if value else "false"
        for fleet in (one, many):
            if kind == "answer":
                fleet.answer(at, f"{name}-{number}", name, rows=1 + value)
            elif kind == "by request":
                fleet.tell(at, Truth(0, truth, request_id=name))
            else:
                found = [each[0] for each in one.joined() if each[0].startswith(name)]
                fleet.tell(at, Truth(0, truth, answer_id=found[at % len(found)] if found else name))
    log = many.folder / many.names[copied % count]
    if log.exists():
        with closing(sqlite3.connect(log)) as database:
            database.execute("VACUUM INTO ?", (str(many.folder / "copy.sqlite"),))
    assert one.joined() == many.joined()
