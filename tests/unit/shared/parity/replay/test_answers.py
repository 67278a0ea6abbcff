"""Answers of any program, in columns; their labels, their resolution, and their shape."""

import struct
import sys
from typing import Any

import pytest

from shared.parity.replay import answers, shape
from shared.parity.replay.answers import Answer
from shared.parity.replay.requests import RequestsError, lines, read


def single(value: float) -> float:
    """The nearest float32."""
    number: float = struct.unpack("f", struct.pack("f", value))[0]
    return number


def test_lines_end_at_a_line_feed_alone() -> None:
    """JSON may hold any other line end of Unicode as it is."""
    text = '{"a": "x\u2028y\u0085z\x0b"}\n\n"second"\r\n'
    assert lines(text) == ['{"a": "x\u2028y\u0085z\x0b"}', '"second"\r']


def test_requests_are_sent_as_they_were_written(tmp_path: Any) -> None:
    """Not escaped, not in another order."""
    path = tmp_path / "golden.jsonl"
    path.write_bytes('{"b": 1.0, "a": "é\u2028"}\n'.encode())
    asked = read(path, "python3 -m rent", None, 1.0)
    assert asked.texts == ('{"b": 1.0, "a": "é\u2028"}',)
    assert asked.values == ({"b": 1.0, "a": "é\u2028"},)
    assert asked.options == f"--golden {path} --predict 'python3 -m rent'"


@pytest.mark.parametrize(
    ("text", "http", "port"),
    [
        ("POST /predict", "POST /predict", 0),
        ("/predict", "POST /predict", 0),
        ("put :8000/v1/models/m:predict", "PUT /v1/models/m:predict", 8000),
        ("POST http://127.0.0.1:5000/", "POST /", 5000),
    ],
)
def test_http_is_a_method_and_a_path(tmp_path: Any, text: str, http: str, port: int) -> None:
    """With a port where several are open."""
    (tmp_path / "g").write_text("1\n")
    asked = read(tmp_path / "g", None, text, 1.0)
    assert (asked.http, asked.port) == (http, port)


@pytest.mark.parametrize("text", ["", "GET /x", "POST", "POST predict", "POST http://example.org/x"])
def test_another_http_request_cannot_be_read(tmp_path: Any, text: str) -> None:
    """A server that is elsewhere is not the image's."""
    (tmp_path / "g").write_text("1\n")
    with pytest.raises(RequestsError, match="HTTP request cannot be read"):
        read(tmp_path / "g", None, text, 1.0)


def test_columns_are_paths() -> None:
    """A number is one number however it is written; a response has its status beside."""
    assert answers.flat(Answer.line('{"a": [1, {"b": 2.5}], "c": {}}')) == {"a[0]": 1.0, "a[1].b": 2.5, "c": {}}
    assert answers.flat(Answer.line("true")) == {"answer": True}
    sent = answers.flat(Answer.response(200, "text/plain", "late"))
    assert sent == {"(status)": "200", "(content type)": "text/plain", "answer": "late"}


@pytest.mark.parametrize(
    ("field", "found"),
    [("label", {"out[0].label", "out[1].label"}), ("out.label", {"out[0].label", "out[1].label"}), ("p", set())],
)
def test_a_field_is_named_with_or_without_its_place(field: str, found: set[str]) -> None:
    """In every element of a list."""
    assert answers.named(["out[0].label", "out[1].label", "up"], field) == found


def test_labels_are_texts_and_classes() -> None:
    """Not scores, not long texts, not counts."""
    columns = ["name", "late", "class", "score", "text", "count"]
    rows = [["a", True, float(n % 2), n / 7, "x" * 60, float(n)] for n in range(20)]
    assert answers.labels(columns, rows) == {"name", "late", "class"}


def test_resolution_is_that_of_the_type() -> None:
    """float32 where all answers are, and some number shows it."""
    double = 4 * sys.float_info.epsilon
    assert answers.resolution([[single(0.1), 0.5]]) == 4 * 2.0**-23
    assert answers.resolution([[single(0.1), 0.1]]) == double
    assert answers.resolution([[0.5, 0.25]]) == double
    assert answers.resolution([[1000.1]]) == 1000.1 * double


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        ('{"a": 1.5, "b": 2}', '{"b": 2, "a": 1.5}', "keys come in another order"),
        ('{"a": [1]}', '{"a": [1.0]}', "numbers are of another type"),
        ('{"a":1}', '{"a": 1}', "the text is written otherwise"),
        ('"\\u00e9"', '"é"', "the text is written otherwise"),
    ],
)
def test_another_shape_of_equal_values_is_found(one: str, other: str, how: str) -> None:
    """What reads bytes or fields in order sees it."""
    sides = [[Answer.response(200, "application/json", text)] for text in (one, other)]
    (finding,) = shape.compare(*sides, [0])
    assert finding.details["how"] == how
    assert finding.a != finding.b
    assert shape.compare(sides[0], sides[0], [0]) == []


def test_numbers_that_move_within_noise_have_one_shape() -> None:
    """Only the type of a number counts, and no number within a text."""
    one, other = Answer.line('{"p": 0.1, "t": "1"}'), Answer.line('{"p": 0.12345, "t": "1"}')
    assert shape.compare([one], [other], [0]) == []
    assert shape.written('"1 a" -1 -1.5e3 1E5') == '"1 a" \0int \0float \0float'
