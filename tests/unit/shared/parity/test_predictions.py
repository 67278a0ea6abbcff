import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.compare.report import Finding, Severity
from shared.parity import predictions
from shared.parity.predictions import GoldenSet
from tests.unit.shared.compare.sides import BREAKS

Stages = dict[str, Any]
GOLDEN = GoldenSet([{"row": number} for number in range(4)], 1e-9, 0.5)


def stages(answers: list[Any], column: list[Any] | None = None) -> Stages:
    """A replay of two stages: one feature beside a constant one, and the answer."""
    feature = column or [1.0, 2.0, 3.0, 4.0]
    return {
        "features": {"columns": ["same", "hour"], "rows": [[7, value] for value in feature]},
        "probability": {"columns": ["late"], "rows": [[value] for value in answers]},
    }


SAME = stages([0.1, 0.2, 0.6, 0.9])


def only(golden: GoldenSet, ours: Stages, theirs: Stages) -> Finding:
    """The one finding."""
    (finding,) = predictions.compare(golden, ours, theirs)
    assert finding.check == "predictions"
    assert finding.severity is BREAKS
    assert finding.a != finding.b
    return finding


def test_same_answers_are_no_finding() -> None:
    """Two replays alike."""
    assert predictions.compare(GOLDEN, SAME, stages([0.1, 0.2, 0.6, 0.9])) == []


def test_one_flipped_label_breaks() -> None:
    """It is counted, with the first stage and column that differ, and the worst row with its request."""
    finding = only(GOLDEN, SAME, stages([0.1, 0.2, 0.4, 0.9], [1.0, 2.0, 9.0, 4.0]))
    assert finding.effect == 1 / 4
    assert finding.subject == "1 of 4 golden labels flip"
    assert (finding.a, finding.b) == ("0.6000", "0.4000")
    assert "first in stage features, column hour, 1 row: 3.0 became 9.0" in finding.why
    assert finding.details["worst"] == [{"request": {"row": 2}, "a": [0.6], "b": [0.4]}]
    assert finding.details["largest"] == pytest.approx(0.2)
    assert finding.details["mean"] == pytest.approx(0.05)


def test_answers_that_move_without_a_flip_break_too() -> None:
    """Beyond the floor is beyond, though no label changes."""
    finding = only(GOLDEN, SAME, stages([0.1, 0.3, 0.6, 0.8]))
    assert finding.effect == 0
    assert finding.details["beyond"] == 2
    assert "first in stage probability, column late, 2 rows" in finding.why


def test_worst_rows_come_first() -> None:
    """Three of them at most."""
    finding = only(GOLDEN, SAME, stages([0.15, 0.3, 0.9, 0.0]))
    assert [each["request"]["row"] for each in finding.details["worst"]] == [3, 2, 1]


def test_noise_is_no_finding() -> None:
    """Differences up to the floor do not count, even across the threshold; the next one does."""
    ours, theirs = stages([0.1, 0.2, 0.5, 0.9]), stages([0.1, 0.2, 0.5 - 1e-10, 0.9])
    assert predictions.compare(GOLDEN, ours, theirs) == []
    assert only(GoldenSet(GOLDEN.requests, 1e-11, 0.5), ours, theirs).effect == 1 / 4


def test_small_move_is_shown_with_the_digits_it_takes() -> None:
    """Both sides differ to the eye."""
    finding = only(GOLDEN, SAME, stages([0.1, 0.2, 0.6 + 1e-7, 0.9]))
    assert (finding.a, finding.b) == (f"{0.6:.17g}", f"{0.6 + 1e-7:.17g}")


@pytest.mark.parametrize(("one", "other"), [(None, 0.6), (0.6, math.nan), (0.6, "0.6"), (math.inf, 0.6), ([1], [2])])
@pytest.mark.parametrize("swapped", [False, True])
def test_value_that_is_no_number_on_one_side_moved(one: Any, other: Any, swapped: bool) -> None:
    """NaN, nothing or a text against a number is a difference without measure, and details stay JSON."""
    sides = stages([0.1, 0.2, one, 0.9]), stages([0.1, 0.2, other, 0.9])
    finding = only(GOLDEN, *(sides[::-1] if swapped else sides))
    assert finding.details["beyond"] == 1
    assert finding.details["largest"] is None


@pytest.mark.parametrize("value", [None, math.nan, math.inf, "late", [1, 2]])
def test_equal_values_of_any_kind_are_equal(value: Any) -> None:
    """NaN on both sides is one answer."""
    assert predictions.compare(GOLDEN, stages([0.1, 0.2, value, 0.9]), stages([0.1, 0.2, value, 0.9])) == []


def test_without_labels_answers_move_and_nothing_flips() -> None:
    """Where answers have no labels, the effect is the share that moved."""
    finding = only(GoldenSet(GOLDEN.requests, 1e-9, None), SAME, stages([0.1, 0.3, 0.6, 0.8]))
    assert (finding.subject, finding.effect) == ("2 of 4 golden answers moved", 2 / 4)
    assert finding.details["flipped"] is None


def answer(*rows: tuple[float, str]) -> Stages:
    """A replay of one stage: a score and a label."""
    return {"answer": {"columns": ["p", "label"], "rows": [list(row) for row in rows]}}


def test_a_label_of_its_own_is_counted_where_it_flips() -> None:
    """Scores that move without it are no flips."""
    golden = GoldenSet([{"text": "a"}, {"text": "b"}], 1e-9, None, labels=frozenset({"label"}))
    finding = only(golden, answer((0.4, "no"), (0.7, "yes")), answer((0.5, "no"), (0.6, "no")))
    assert (finding.subject, finding.details["flipped"], finding.details["beyond"]) == (
        "1 of 2 golden labels flip",
        1,
        2,
    )


def test_a_threshold_can_be_of_one_column() -> None:
    """Another number of the answer is not a score."""
    golden = GoldenSet([1], 1e-9, 0.5, scores=frozenset({"p"}))
    ours, theirs = ({"answer": {"columns": ["p", "size"], "rows": [[0.6, size]]}} for size in (0.1, 0.9))
    assert only(golden, ours, theirs).details["flipped"] == 0


def test_texts_are_shown_with_their_request() -> None:
    """The field, both texts and what was asked; a text has no distance."""
    golden = GoldenSet([{"text": "a"}, {"text": "b"}], 1e-9, None)
    finding = only(golden, answer((0.4, "cat"), (0.7, "cow")), answer((0.4, "cat"), (0.7, "dog")))
    assert "first in field label of request 2, {\"text\": \"b\"}, 1 row: 'cow' became 'dog'" in finding.why
    assert "inf" not in finding.why


@pytest.mark.parametrize(("ours", "theirs"), [(4, 3), (3, 4), (3, 3), (0, 4), (5, 5)])
def test_number_of_answers_must_be_that_of_requests(ours: int, theirs: int) -> None:
    """A lost or invented row is no parity, though all rows that are there agree."""
    replays = [stages([0.5] * count, [1.0] * count) for count in (ours, theirs)]
    (finding,) = predictions.compare(GOLDEN, *replays)
    assert finding.severity is BREAKS
    assert (finding.a, finding.b) == (f"{ours} rows", f"{theirs} rows")


def test_other_stages_are_a_finding() -> None:
    """A side that computes in other steps cannot be compared step by step."""
    finding = only(GOLDEN, SAME, {"probability": SAME["probability"]})
    assert (finding.a, finding.b) == ("features, probability", "probability")


def test_other_columns_are_where_it_went_wrong() -> None:
    """Renamed, missing or reordered columns are reported before values."""
    theirs = stages([0.1, 0.2, 0.4, 0.9])
    theirs["features"]["columns"] = ["hour", "same"]
    assert "first in the columns of stage features" in only(GOLDEN, SAME, theirs).why


@pytest.mark.parametrize("rows", [[[7, 1.0]] * 3, [[7]] * 4, [[7, 1.0, 2.0]] * 4])
def test_other_shape_is_where_it_went_wrong(rows: list[Any]) -> None:
    """So are missing rows and ragged ones."""
    theirs = stages([0.1, 0.2, 0.4, 0.9])
    theirs["features"]["rows"] = rows
    assert "first in the shape of stage features" in only(GOLDEN, SAME, theirs).why


def test_answers_of_other_widths_moved() -> None:
    """A row with another number of outputs."""
    theirs = stages([0.1, 0.2, 0.6, 0.9])
    theirs["probability"]["rows"][1] = [0.2, 0.8]
    assert only(GOLDEN, SAME, theirs).details["beyond"] == 1


def test_answers_alone_can_differ() -> None:
    """If the answer alone moved within each stage's tolerance, the text says that no stage does."""
    assert predictions._first_difference(GOLDEN, SAME, SAME) == "no stage differs by itself"


answers = st.lists(
    st.none() | st.floats(0, 1) | st.just(math.nan) | st.sampled_from(["a", True, 0, 1]), min_size=4, max_size=4
)


@given(answers, answers)
def test_direction_does_not_matter(ours: list[Any], theirs: list[Any]) -> None:
    """Compared the other way round, as many answers moved, by as much, with sides swapped."""
    there, back = (predictions.compare(GOLDEN, *map(stages, sides)) for sides in ((ours, theirs), (theirs, ours)))
    assert [each.severity for each in there] == [each.severity for each in back]
    for one, other in zip(there, back, strict=True):
        assert (one.effect, one.a, one.b) == (other.effect, other.b, other.a)
        assert one.details["beyond"] == other.details["beyond"]
        assert one.severity is Severity.BREAKS


@given(answers)
def test_replay_equals_itself(ours: list[Any]) -> None:
    """Whatever the answers are."""
    assert predictions.compare(GOLDEN, stages(ours), stages(list(ours))) == []
