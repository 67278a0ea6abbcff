"""Answers of two sides are judged by a noise floor that the first side itself shows."""

import json
from typing import Any

import pytest

from shared.parity.replay.answers import Answer
from shared.parity.replay.judge import Judged, judge
from shared.parity.replay.requests import Requests, RequestsError, Rules


def judged(first: list[Any], other: list[Any], again: list[Any] | None = None, **rules: Any) -> Judged:
    """Judge answers to as many requests."""
    texts = tuple(json.dumps({"row": number}) for number in range(len(first)))
    asked = Requests(texts, ("predict",), "", 0, 1.0, "golden.jsonl", Rules(**rules))
    sides = [[Answer.line(json.dumps(value)) for value in side] for side in (first, again or first, other)]
    return judge(asked, "image:a", *sides)


SCORES: list[Any] = [{"p": number / 20 + 0.01, "late": number >= 10} for number in range(20)]


def test_equal_answers_are_no_finding() -> None:
    """And what was compared is recorded."""
    found = judged(SCORES, SCORES)
    assert (found.findings, found.undecided, found.requests, found.scored) == ([], [], 20, True)
    assert (found.measure["moved"], found.measure["flipped"], found.measure["labels"]) == (0, 0, ["late"])


def test_labels_that_flip_are_counted_apart_from_answers_that_move() -> None:
    """All move by a little; four labels flip."""
    other = [
        {"p": each["p"] + 1e-9, "late": each["late"] != (number in (3, 8, 11, 19))}
        for number, each in enumerate(SCORES)
    ]
    found = judged(SCORES, other)
    (finding,) = found.findings
    assert finding.subject == "4 of 20 golden labels flip"
    assert (finding.details["flipped"], finding.details["beyond"]) == (4, 20)
    assert (found.measure["flipped"], found.measure["moved"]) == (4, 20)


def test_a_tolerance_says_how_much_may_move() -> None:
    """It is recorded; what moves further is found."""
    other = [{"p": each["p"] + 1e-6, "late": each["late"]} for each in SCORES]
    assert judged(SCORES, other).measure["moved"] == 20
    allowed = judged(SCORES, other, tolerance=1e-5)
    assert (allowed.findings, allowed.measure["tolerance"], allowed.measure["noise_floor"]) == ([], 1e-5, 1e-5)
    assert judged(SCORES, other, tolerance=1e-7).findings


def test_a_tolerance_is_for_numbers_not_for_labels() -> None:
    """Classes and truth values are no further apart than numbers that may move."""
    first, other = [{"p": 0.3, "class": 0}] * 3, [{"p": 0.4, "class": 1}] * 3
    assert judged(first, other, tolerance=5.0).measure["flipped"] == 3
    first, other = [{"p": 0.3, "late": False}] * 3, [{"p": 0.4, "late": True}] * 3
    assert judged(first, other, tolerance=5.0).measure["flipped"] == 3


def test_a_threshold_makes_labels_of_a_score() -> None:
    """One of the field that is named alone."""
    first = [{"p": 0.45, "size": 0.1}, {"p": 0.3, "size": 0.9}]
    other = [{"p": 0.55, "size": 0.9}, {"p": 0.31, "size": 0.1}]
    assert judged(first, other, threshold=0.5).measure["flipped"] == 2
    assert judged(first, other, threshold=0.5, label="p").measure["flipped"] == 1


def test_a_label_can_be_named() -> None:
    """A field that no answer has is an error that names those it has."""
    first, other = [{"p": 0.4, "rank": 17}], [{"p": 0.4, "rank": 18}]
    assert judged(first, other, label="rank").measure["flipped"] == 1
    with pytest.raises(RequestsError) as caught:
        judged(first, other, label="lable")
    assert "p, rank" in caught.value.evidence


def test_answers_without_a_label_move_and_never_flip() -> None:
    """Text is shown, and has no distance."""
    first, other = [{"text": "a long answer " * 5, "p": 0.5}], [{"text": "another one " * 5, "p": 0.5}]
    found = judged(first, other)
    (finding,) = found.findings
    assert (finding.subject, found.measure["flipped"]) == ("1 of 1 golden answers moved", None)
    assert "field text of request 1" in finding.why
    assert "inf" not in finding.why


def test_noise_of_the_first_side_is_the_floor() -> None:
    """What moves by as little on the other side does not count."""
    again = [{"p": each["p"] + 1e-7, "late": each["late"]} for each in SCORES]
    assert judged(SCORES, again, again).findings == []


def test_a_side_that_answers_by_chance_decides_nothing() -> None:
    """The field is named."""
    again = [{"p": 1 - each["p"], "late": each["late"]} for each in SCORES]
    found = judged(SCORES, SCORES, again)
    assert found.findings == []
    assert found.undecided[0].reason.endswith("asked twice: p")
    assert judged(SCORES, SCORES, [{"p": 0.5}] * 20).undecided


def test_what_is_missing_is_a_difference() -> None:
    """Nothing is not null."""
    (finding,) = judged([{"p": 0.5, "q": None}], [{"p": 0.5}]).findings
    assert "None became '(missing)'" in finding.why
