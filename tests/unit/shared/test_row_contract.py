"""Fields of every kind, nullable or not: what a row type allows, and in which words it refuses."""

import datetime as dt
import json
from typing import Annotated, Any, Literal

import jsonschema
import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec import Meta

from shared import declare
from shared.declare import category, code, number, text, time
from shared.row_contract import RowContract


class Order(declare.Row, frozen=True, kw_only=True):
    """A row with a field of every kind."""

    note: Annotated[str, text(40, "what the customer wrote")]
    plain: str
    nickname: Annotated[str, text(40, "how to address them")] | None
    channel: Annotated[Literal["web", "shop"], category("where it came from")]
    referrer: Annotated[Literal["ad", "friend"], category("who sent them")] | None
    country: Annotated[str, code(2, "A-Z", "ISO 3166")] | None
    member: bool
    newsletter: bool | None
    items: Annotated[int, number("", 1, 100, "things in it")]
    returned: Annotated[int, number("", 0, 100, "things that came back")] | None
    score: Annotated[float, number("", 0, 1, "of its risk")]
    weight: Annotated[float, number("kg", 0, 1000, "of the parcel")] | None
    distance: Annotated[float, Meta(gt=0)]
    ordered: Annotated[dt.datetime, time("when", "2024-01-31T09:30:00+01:00")]
    shipped: Annotated[dt.datetime, Meta(tz=True)] | None


CONTRACT = RowContract(Order)
FIRST, LAST = dt.datetime(1, 1, 2), dt.datetime(9999, 12, 30)
TIMES = st.datetimes(FIRST, LAST, timezones=st.just(dt.UTC)).map(lambda moment: moment.isoformat())
TEXTS = st.text(max_size=40)
ROW = {
    "note": "gift",
    "plain": "",
    "nickname": None,
    "channel": "web",
    "referrer": None,
    "country": None,
    "member": True,
    "newsletter": None,
    "items": 2,
    "returned": None,
    "score": 0.5,
    "weight": None,
    "distance": 1,
    "ordered": "2024-01-31T09:30:00+01:00",
    "shipped": None,
}
ROWS = st.fixed_dictionaries(
    {
        "note": TEXTS | TIMES,
        "plain": TEXTS,
        "nickname": st.none() | TEXTS | TIMES,
        "channel": st.sampled_from(("web", "shop")),
        "referrer": st.sampled_from((None, "ad", "friend")),
        "country": st.none() | st.text("ABZ", min_size=2, max_size=2),
        "member": st.booleans(),
        "newsletter": st.none() | st.booleans(),
        "items": st.integers(1, 100),
        "returned": st.none() | st.integers(0, 100),
        "score": st.floats(0, 1),
        "weight": st.none() | st.floats(0, 1000),
        "distance": st.floats(1e-9, 1e9),
        "ordered": TIMES,
        "shipped": st.none() | TIMES,
    }
)


def is_plain(body: str) -> bool:
    """Whether rows that decode are served without a second look."""
    rows = msgspec.json.decode(body.encode(), type=dict[str, list[Order]])["instances"]
    return CONTRACT.is_plain(body.encode(), rows)


@given(st.lists(ROWS, min_size=1, max_size=3))
def test_rows_that_keep_the_contract_are_valid_everywhere(rows: list[dict[str, Any]]) -> None:
    """By `violations`, by the decoder, and by the JSON Schema; without a second look where no text has quotes."""
    body = json.dumps({"instances": rows}, ensure_ascii=False)
    texts = "".join(str(row[name]) for row in rows for name in ("note", "plain", "nickname"))
    assert is_plain(body) == ('"' not in texts)
    for row in rows:
        assert CONTRACT.violations(row) == []
        jsonschema.validate(row, CONTRACT.json_schema(), jsonschema.Draft202012Validator)


@given(ROWS, st.sampled_from(sorted(ROW)), st.data())
@example({**ROW, "nickname": "x"}, "nickname", None)
def test_a_key_given_twice_is_never_plain(row: dict[str, Any], name: str, data: Any) -> None:
    """Whatever the two values are, null or not."""
    other = data.draw(ROWS)[name] if data else None
    twice = f"{json.dumps({name: other})[:-1]}, {json.dumps(row)[1:]}"
    assert not is_plain(f'{{"instances": [{twice}]}}')


@pytest.mark.parametrize("name", ["ordered", "shipped"])
@pytest.mark.parametrize("text_", ["2024-01-31 09:30:00+01:00", "2024-01-31T09:30:00+0100"])
def test_a_text_that_looks_like_a_time_excuses_none(name: str, text_: str) -> None:
    """One in another form is refused, also beside a note that has the right form."""
    row = {**ROW, name: text_, "note": "2024-01-31T09:30:00+01:00"}
    assert not is_plain(json.dumps({"instances": [row]}))
    assert [broken.field for broken in CONTRACT.violations(row)] == [name]


@pytest.mark.parametrize("name", ["ordered", "shipped"])
def test_a_time_has_a_date_in_utc(name: str) -> None:
    """What is computed of it needs one; the last day, which may mean "for ever", is refused only where it has none."""
    for value in ("9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00"):
        row = {**ROW, name: value, "note": "9999-12-31T00:00:00Z"}
        assert not is_plain(json.dumps({"instances": [row]}))
        (broken,) = CONTRACT.violations(row)
        assert (broken.field, broken.expected) == (name, "a time in the years 1 to 9999, in UTC as well")
    row = {**ROW, name: "9999-12-31T00:00:00Z"}
    assert CONTRACT.violations(row) == []
    assert is_plain(json.dumps({"instances": [{**ROW, "note": "9999-12-31T00:00:00Z"}]}))


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("note", 7, "text of 40 characters at most (what the customer wrote)"),
        ("note", "x" * 41, "text of 40 characters at most (what the customer wrote)"),
        ("plain", None, "text"),
        ("nickname", True, "text of 40 characters at most (how to address them), or null"),
        ("channel", "fax", "one of shop, web"),
        ("referrer", "", "one of ad, friend, or null"),
        ("country", "de", "text matching ^[A-Z]{2}$ (ISO 3166), or null"),
        ("member", "true", "true or false"),
        ("member", 1, "true or false"),
        ("newsletter", 0, "true or false, or null"),
        ("items", 0, "a whole number from 1 to 100"),
        ("items", True, "a whole number from 1 to 100"),
        ("returned", 1.5, "a whole number from 0 to 100, or null"),
        ("score", "0.5", "a number from 0 to 1"),
        ("weight", -1, "a number from 0 to 1000 (kg), or null"),
        ("distance", 0, "a number above 0"),
        ("ordered", None, "a time with its offset from UTC, such as 2024-01-31T09:30:00+01:00"),
        ("shipped", "today", "a time with its offset from UTC, such as 2000-01-31T09:30:00+01:00, or null"),
    ],
)
def test_a_refusal_says_what_was_expected(name: str, value: Any, expected: str) -> None:
    """In the words of the field's declaration."""
    (broken,) = CONTRACT.violations({**ROW, name: value})
    assert (broken.field, broken.expected) == (name, expected)


def test_whole_numbers_may_be_written_with_a_fraction() -> None:
    """JSON Schema's integers: 2.0 is one, also where null would do."""
    row = {**ROW, "items": 2.0, "returned": 3.0}
    assert CONTRACT.violations(row) == []
    (read,) = CONTRACT.rows([row])
    assert (read.items, read.returned) == (2, 3)


def test_the_hash_follows_limits_and_fields() -> None:
    """What rules compare with is part of the contract."""
    assert RowContract(Order).sha256() == CONTRACT.sha256()
    assert RowContract(Order, [1]).sha256() != CONTRACT.sha256()
