"""Replay and mutate, of services that answer with a class or a number: what moves, and in which unit."""

import http.server
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from shared import passport
from shared.compare.report import Report, Severity
from shared.parity import mutate, recorded, service
from shared.parity.predictions import GoldenSet, compare
from shared.parity.target import Target
from shared.parity.target import read as read_target

Row = dict[str, Any]
Predict = Callable[[Row], Row]

ROWS = [{"weight": float(number), "town": "ABC"[number % 3], "insured": number % 2 == 0} for number in range(40)]
SCHEMA = {
    "type": "object",
    "properties": {
        "weight": {"type": "number", "minimum": 0, "maximum": 1000, "x-unit": "kg"},
        "town": {"type": "string", "maxLength": 40},
        "insured": {"type": "boolean"},
    },
    "required": ["weight", "town", "insured"],
    "additionalProperties": False,
}
CLASSES = {
    "kind": "multiclass",
    "name": "carried",
    "classes": ["van", "bike"],
    "description": "",
    "columns": ["carried_probabilities.van", "carried_probabilities.bike"],
}
NUMBER = {"kind": "regression", "name": "price", "unit": "EUR", "description": "", "columns": ["price"]}


def by_class(row: Row) -> Row:
    """Heavy ones go by van."""
    van = min(row["weight"], 1000) / 1000 * 20
    shares = {"van": min(van, 1.0), "bike": 1 - min(van, 1.0)}
    return {"carried": "van" if shares["van"] >= shares["bike"] else "bike", "carried_probabilities": shares}


def by_number(row: Row) -> Row:
    """A price of thousands."""
    return {"price": 1e5 + 100 * float(row["weight"])}


def folder(path: Path, declared: dict[str, Any], predict: Predict, floor: float) -> Path:
    """A model folder with a passport and a window."""
    target = read_target({"target": declared})
    golden = {"requests": ROWS, "scores": [target.scores(predict(row)) for row in ROWS], "noise_floor": floor}
    body = {"format": passport.FORMAT, "version": "v1", "threshold": None, "target": declared, "golden": golden}
    (path / "manifest.json").write_text(json.dumps({**body, "files": {"window-1.json": {}}}))
    (path / "window-1.json").write_text(json.dumps({"instances": ROWS}))
    return path


@contextmanager
def served(predict: Predict) -> Iterator[str]:
    """A service that checks nothing, and finds every window usual."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._send(200, SCHEMA)

        def do_POST(self) -> None:
            rows = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["instances"]
            try:
                predictions = [predict(row) for row in rows]
            except (KeyError, TypeError, ValueError):
                self._send(422, {"title": "no", "detail": "no", "remedy": "no"})
                return
            if self.path == "/check":
                self._send(200, {"findings": []})
            else:
                self._send(200, {"predictions": predictions, "model_version": "v1"})

        def _send(self, status: int, body: Any) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def replayed(path: Path, predict: Predict) -> Report:
    """The report on a service."""
    with served(predict) as url:
        return service.replay(url, path, 60, lambda _: None)


def breaks(report: Report) -> list[Any]:
    """What breaks."""
    return [finding for finding in report.findings if finding.severity is Severity.BREAKS]


@pytest.fixture
def classes(tmp_path: Path) -> Path:
    """A model of two classes."""
    return folder(tmp_path, CLASSES, by_class, 1e-9)


@pytest.fixture
def number(tmp_path: Path) -> Path:
    """A model of prices, whose floor is above what their last bits are."""
    return folder(tmp_path, NUMBER, by_number, 1e-6)


def test_a_service_that_answers_as_recorded_passes(classes: Path, number: Path) -> None:
    """Of both kinds; the second folder is the first one's, written over."""
    assert breaks(replayed(number, by_number)) == []
    assert breaks(replayed(folder(classes, CLASSES, by_class, 1e-9), by_class)) == []


def test_classes_that_change_are_counted(classes: Path) -> None:
    """By the likeliest, on both sides."""

    def other(row: Row) -> Row:
        return by_class({**row, "weight": row["weight"] + 10})

    (found, *_) = breaks(replayed(classes, other))
    assert found.subject == "as recorded at training: 10 of 40 golden labels flip"
    assert found.details["flipped"] == 10


def test_a_class_must_be_the_likeliest(classes: Path) -> None:
    """Where the service says another one, and gives the probabilities of training."""

    def always(row: Row) -> Row:
        return {**by_class(row), "carried": "van"}

    (found,) = breaks(replayed(classes, always))
    assert found.subject.startswith("likeliest class: 25 of 40 labels do not follow")
    assert found.a == "bike, the likeliest"


def test_numbers_that_move_are_told_in_their_unit(number: Path) -> None:
    """As many as move, by how much; there is no label that could flip."""

    def other(row: Row) -> Row:
        return {"price": by_number(row)["price"] + (2.5 if row["town"] == "A" else 0)}

    (found,) = breaks(replayed(number, other))
    assert found.subject == "as recorded at training: 14 of 40 golden answers moved"
    assert "by 2.5 EUR at most" in found.why
    assert found.details["flipped"] is None
    assert found.effect == 14 / 40


def test_a_noise_floor_may_be_above_one(tmp_path: Path) -> None:
    """Numbers are of any size."""
    path = folder(tmp_path, NUMBER, by_number, 5.0)
    assert recorded.golden(path).noise_floor == 5
    assert breaks(replayed(path, lambda row: {"price": by_number(row)["price"] + 4})) == []


def test_what_a_lax_service_takes_is_told_in_the_unit(number: Path) -> None:
    """A text for a number moves no label: it moves a price."""

    def lax(row: Row) -> Row:
        return {"price": 1e5 + 100 * float(row.get("weight") or 0)}

    with served(lax) as url:
        report = mutate.mutate(url, number, 60, lambda _: None)
    subjects = {finding.subject.partition(":")[0]: finding for finding in breaks(report)}
    assert "EUR at most, without a word" in subjects["dropped"].why
    assert subjects["dropped"].effect and subjects["dropped"].effect > 0
    notes = {finding.subject: finding.b for finding in report.findings}
    assert notes["weight: in pound"].startswith("answers move by 2.35e+03 EUR on average")
    assert "insured: inverted" in notes


def test_a_window_of_classes_counts_labels(classes: Path) -> None:
    """That flip where nothing was noticed."""
    with served(by_class) as url:
        report = mutate.mutate(url, classes, 60, lambda _: None)
    notes = {finding.subject: finding for finding in report.findings}
    assert notes["weight: in pound"].b == "13 of 40 labels flip there"
    assert notes["weight: in pound"].effect == 13 / 40


@pytest.mark.parametrize(
    ("ours", "theirs", "flipped"),
    [([0.6, 0.4], [0.4, 0.6], 1), ([0.6, 0.4], [0.5, 0.4], 0), ([0.6, 0.4], [None, 0.4], 1)],
)
def test_the_largest_of_several_is_the_label(ours: Sequence[Any], theirs: Sequence[Any], flipped: int) -> None:
    """What is no number has none."""
    sides = ({"answer": {"columns": ["a", "b"], "rows": [list(each)]}} for each in (ours, theirs))
    (found,) = compare(GoldenSet([{}], 1e-9, None, largest=True), *sides)
    assert found.details["flipped"] == flipped


def test_an_unknown_kind_is_no_target() -> None:
    """A passport of a later version."""
    with pytest.raises(ValueError, match="unknown kind"):
        read_target({"target": {"kind": "ranking", "name": "x", "columns": []}})
    assert Target("binary", "late", ("late_probability",)).label({"late": 1}) is True
