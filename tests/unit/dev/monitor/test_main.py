"""The command, on a log as prod writes it: which rows it judges, what it says, and how it ends."""

import datetime as dt
import json
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
from prometheus_client.parser import text_string_to_metric_families

from dev.monitor import __main__ as monitor
from dev.monitor.formats.html import html
from dev.monitor.judge import judge
from dev.monitor.log import Log, Place, Selection
from dev.prepare import prepare
from dev.problem import collect
from dev.usual.training import NAME
from shared import artifact, contract, model_folder
from shared.prediction_log import INSERT, SCHEMA, TRUTH_INSERT
from shared.settings import Settings
from tests.unit.tiny import config

START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
Command = Callable[..., tuple[int, str, str]]
Fill = Callable[..., None]


@pytest.fixture
def box(trained: Settings, tmp_path: Path) -> Settings:
    """The trained artifacts, with a log of the test's own."""
    made = config(tmp_path)
    made.models.symlink_to(trained.models)
    made.predictions.mkdir()
    return made


@pytest.fixture
def rows(trained: Settings) -> Sequence[contract.Row]:
    """The flights of the test months."""
    flights = prepare(trained.data / collect.NAME, 0.0).rows
    return [each for each in flights if each.scheduled_departure.isoformat() >= "2013-10-01"]


@pytest.fixture
def fill(box: Settings, model: artifact.Model) -> Iterator[Fill]:
    """Write answered flights to the log, a second apart; with their truth if one is given."""
    with closing(sqlite3.connect(box.predictions / "predictions.sqlite")) as database:
        database.executescript(SCHEMA)

        def write(
            flights: Sequence[contract.Row],
            late: Sequence[bool] | None = None,
            first: int = 0,
            version: str = model.passport.version,
        ) -> None:
            scores = model.scores(flights)[:, 0].tolist()
            for at, (flight, score) in enumerate(zip(flights, scores, strict=True), first):
                moment = (START + dt.timedelta(seconds=at)).isoformat(timespec="microseconds").replace("+00:00", "Z")
                text = msgspec.json.encode(flight).decode()
                database.execute(
                    INSERT, (f"r{at}", 0, moment, version, text, json.dumps([score]), json.dumps(score > 0.5), f"a{at}")
                )
                if late is not None:
                    database.execute(TRUTH_INSERT, (f"a{at}", None, 0, json.dumps(bool(late[at - first])), moment))
            database.commit()

        yield write


@pytest.fixture
def command(box: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run it: exit code, standard output, standard error."""
    monkeypatch.setattr(monitor.settings, "read", lambda: box)

    def run(*arguments: str) -> tuple[int, str, str]:
        return monitor.main(arguments), *capsys.readouterr()

    return run


def test_natural_rows_are_not_skew(command: Command, fill: Fill, rows: Sequence[contract.Row]) -> None:
    """JSON has the verdict, the counts, and each window."""
    fill(rows)
    code, out, _ = command("--format", "json")
    judged = json.loads(out)
    assert (code == 0) == (judged["verdict"] in ("fine", "watch"))
    assert judged["verdict"] != "skew"
    assert judged["rows"] + judged["rows_left_over"] == len(rows)
    assert len(judged["series"]) == judged["windows"] == len(rows) // judged["window_rows"]
    assert judged["quality"]["roc_auc"] is None


def test_a_broken_column_is_skew(
    command: Command, fill: Fill, rows: Sequence[contract.Row], model: artifact.Model
) -> None:
    """Exit code 1; the text names the column, and how to leave the rows out once it is mended, which does."""
    size = model.passport.distribution.rows
    broken = [msgspec.structs.replace(each, pressure_hpa=None) for each in rows[size : 2 * size]]
    fill(rows[:size])
    fill([*broken, *broken], first=size)
    code, out, _ = command()
    assert code == 1
    assert out.startswith("SKEW")
    assert re.search(r"skew +pressure_hpa is missing in 100.0%", out)
    period = re.search(r"--without (\S+)\"", out)
    assert period
    fill(rows, first=1000)
    assert command("--without", period[1])[0] == 0


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, range(300)),
        ({"since": START + dt.timedelta(seconds=20)}, range(20, 300)),
        ({"until": START + dt.timedelta(seconds=20)}, range(20)),
        ({"max_rows": 70}, range(230, 300)),
        ({"without": [(START, START + dt.timedelta(seconds=290))]}, range(290, 300)),
    ],
)
def test_which_rows_are_read(
    options: dict[str, object], expected: range, box: Settings, fill: Fill, rows: Sequence[contract.Row]
) -> None:
    """In order, in windows, of one model alone; the end of a period is not in it."""
    fill(rows[:300], [at % 3 == 0 for at in range(300)])
    fill(rows[:10], first=300, version="another")
    with closing(Log(box.predictions / "predictions.sqlite")) as log:
        version = artifact.load(box.models / artifact.CURRENT).passport.version
        selection = Selection(version, **options)  # type: ignore[arg-type]
        windows = list(log.windows(selection, 64))
        assert log.count(replace(selection, max_rows=1)) == (300 if "max_rows" in options else len(expected))
    assert [len(each.rows) for each in windows[:-1]] == [64] * (len(windows) - 1)
    read = [time for each in windows for time in each.rows.times.tolist()]
    assert read == [rows[at].scheduled_departure.timestamp() for at in expected]
    assert [each for window in windows for each in window.rows.truths.tolist()] == [at % 3 == 0 for at in expected]


def test_what_was_before_is_of_any_model_and_without_what_is_left_out(
    box: Settings, fill: Fill, rows: Sequence[contract.Row]
) -> None:
    """Whole windows that end just before the row."""
    fill(rows[:100], version="older")
    fill(rows[100:200], first=100)
    with closing(Log(box.predictions / "predictions.sqlite")) as log:
        selection = Selection("newer")
        windows = list(log.windows(replace(selection, version="older"), 1))
        middle, end = windows[40].places[0], log.before(("2027", "", "", 0), selection, 60, 1)[0].places[0]

        def before(place: Place, selection: Selection = selection) -> list[tuple[str, str]]:
            """Requests of the first row and the last of each window."""
            return [(each.places[0][2], each.places[1][2]) for each in log.before(place, selection, 30, 3)]

        assert end[2] == "r140"
        assert before(end) == [("r50", "r79"), ("r80", "r109"), ("r110", "r139")]
        assert before(middle) == [("r10", "r39")]
        without = replace(selection, without=[(START, START + dt.timedelta(seconds=90))])
        assert before(end, without) == [("r110", "r139")]


def test_logs_of_several_replicas_are_judged_as_one(
    command: Command, box: Settings, fill: Fill, rows: Sequence[contract.Row], tmp_path: Path
) -> None:
    """Whichever replica answered, and whichever heard the truth; a log that was copied twice counts once."""
    fill(rows, [at % 4 == 0 for at in range(len(rows))])
    whole = json.loads(command("--format", "json")[1])
    split = [tmp_path / "logs" / node / "predictions.sqlite" for node in ("a", "b", "c")]
    for number, path in enumerate(split):
        path.parent.mkdir(parents=True)
        shutil.copy(box.predictions / "predictions.sqlite", path)
        with closing(sqlite3.connect(path)) as database, database:
            database.execute("DELETE FROM predictions WHERE id % 3 <> ?", (number,))
            database.execute("DELETE FROM truths WHERE id % 3 <> ?", ((number + 1) % 3,))
    shutil.copy(split[0], tmp_path / "logs" / "a-again.sqlite")
    judged = json.loads(command("--format", "json", "--log", str(tmp_path / "logs"))[1])
    assert judged == whole
    assert judged["quality"]["rows"] == len(rows)
    one, two, three = map(str, split)
    assert json.loads(command("--format", "json", "--log", one, "--log", two, "--log", three)[1]) == whole
    with closing(Log(split[0])) as log:
        (alone,) = log.windows(Selection(whole["model_version"]), len(rows))
    assert len(alone.rows) == len(rows) // 3
    assert np.isnan(alone.rows.truths).all()


def test_few_rows_no_log_and_an_old_model_cannot_be_decided(
    command: Command, box: Settings, fill: Fill, rows: Sequence[contract.Row], tmp_path: Path
) -> None:
    """Exit code 2, nothing on standard output, and what to do."""
    fill(rows[: 3 * artifact.load(box.models / artifact.CURRENT).passport.distribution.rows - 1])
    for arguments, remedy in (
        ((), "--since"),
        (
            ("--model", str(_without_usual(box.models / artifact.CURRENT, tmp_path))),
            "make dev: a model trained now has it",
        ),
        (("--model", str(tmp_path / "none")), "make dev"),
    ):
        code, out, error = command(*arguments)
        assert (code, out) == (2, "")
        assert remedy in error
    (box.predictions / "predictions.sqlite").unlink()
    code, out, error = command()
    assert (code, out) == (2, "")
    assert "make prod" in error


def test_a_damaged_log_cannot_be_decided(command: Command, box: Settings) -> None:
    """And is no traceback."""
    (box.predictions / "predictions.sqlite").write_bytes(b"not a database, and longer than a header of one" * 10)
    code, _, error = command()
    assert code == 2
    assert "cannot read the prediction log" in error


def test_prometheus_can_read_it(
    command: Command, fill: Fill, rows: Sequence[contract.Row], model: artifact.Model
) -> None:
    """One verdict is 1; each column has an index."""
    fill(rows, [at % 4 == 0 for at in range(len(rows))])
    _, out, _ = command("--format", "prometheus")
    families = {each.name: each.samples for each in text_string_to_metric_families(out)}
    assert sum(each.value for each in families["parity_monitor_verdict"]) == 1
    indices = {each.labels["column"]: each.value for each in families["parity_drift_psi"]}
    assert set(indices) >= {"carrier", "temperature_f", "late_probability"}
    size = model.passport.distribution.rows
    assert families["parity_monitor_rows"][0].value == len(rows) // size * size
    assert 0 < families["parity_quality_roc_auc"][0].value < 1


def test_the_page_needs_nothing_else(
    command: Command, fill: Fill, rows: Sequence[contract.Row], tmp_path: Path
) -> None:
    """One file with plots, the verdict and the record; no address, no script that runs."""
    fill(rows, [at % 4 == 0 for at in range(len(rows))])
    path = tmp_path / "page.html"
    assert command("--format", "html", "--output", str(path))[1] == ""
    page = path.read_text()
    assert page.count("<svg") > 20
    assert not re.search(r"https?://|src=|<link|url\(", page)
    record = re.search(r'<script type="application/json" id="judgement">(.*?)</script>', page, re.DOTALL)
    assert record
    verdict = json.loads(record[1])["verdict"]
    assert f"<strong>{verdict}</strong>" in page
    assert re.findall("<script", page) == ["<script"]


def test_no_text_ends_the_record_in_the_page(fill: Fill, rows: Sequence[contract.Row], box: Settings) -> None:
    """As `</script>` would."""
    fill(rows)
    judged = judge([box.predictions], box.models / artifact.CURRENT)
    assert "</script><b>" not in html(replace(judged, version="</script><b>"))


def test_a_place_that_cannot_be_written_is_an_error(command: Command, fill: Fill, rows: Sequence[contract.Row]) -> None:
    """With the place that can."""
    fill(rows)
    code, out, error = command("--output", "/proc/page.html")
    assert (code, out) == (2, "")
    assert "/artifacts" in error


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--since", "yesterday"), "expected a time such as"),
        (("--since", "2026-01-01"), "expected a time with its offset"),
        (("--without", "2026-01-01T00:00:00Z"), "expected FROM/UNTIL"),
        (("--rows", "0"), "expected 1 or more"),
    ],
)
def test_malformed_times_are_refused(
    arguments: Sequence[str], expected: str, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    """A time needs its offset, a period its two ends."""
    with pytest.raises(SystemExit) as caught:
        command(*arguments)
    assert caught.value.code == 2
    assert expected in capsys.readouterr().err


def _without_usual(folder: Path, tmp_path: Path) -> Path:
    """The same model, as it was trained before there was a monitor."""
    older = Path(shutil.copytree(folder, tmp_path / "older"))
    (older / NAME).unlink()
    manifest = json.loads((older / artifact.MANIFEST).read_text())
    del manifest["files"][NAME]
    sealed = json.dumps(manifest).encode()
    (older / artifact.MANIFEST).write_bytes(sealed)
    (older / artifact.SEAL).write_bytes(model_folder.seal(sealed))
    return older
