"""The contract: what it accepts, what it refuses, and that it says which field is wrong."""

import datetime as dt
import json
from typing import Any

import jsonschema
import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared import contract
from shared.contract import FIELDS, Row
from shared.problem.contract import LONGEST
from tests.unit.tiny import row

PROPERTIES = contract.json_schema()["$defs"]["Row"]["properties"]
NULLABLE = {name for name, schema in PROPERTIES.items() if "anyOf" in schema}
BOUNDS = {
    name: (schema["minimum"], schema["maximum"])
    for name, schema in ((name, each.get("anyOf", [each])[0]) for name, each in PROPERTIES.items())
    if "minimum" in schema
}
TIMES = ("scheduled_departure", "scheduled_arrival")


def accepts(body: str) -> bool:
    """Whether a request with this row would be served, without a second look or with one."""
    try:
        plain = msgspec.json.decode(body.encode(), type=Row)
    except msgspec.MsgspecError:
        try:
            return bool(contract.rows([json.loads(body)]))
        except (msgspec.MsgspecError, UnicodeEncodeError):
            return False
    return contract.is_plain(f'{{"instances": [{body}]}}'.encode(), [plain])


def broken(**fields: Any) -> list[str]:
    """The fields that are named for this row; that it is refused is checked too."""
    changed = row(**fields)
    found = [violation.field for violation in contract.violations(changed)]
    assert accepts(json.dumps(changed)) == (not found)
    return found


def numbers(name: str) -> st.SearchStrategy[float | None]:
    """Values from a field's range, and null where it may be."""
    low, high = BOUNDS[name]
    if PROPERTIES[name].get("type") == "integer":
        return st.integers(low, high)
    number = st.floats(low, high)
    return number | st.none() if name in NULLABLE else number


@st.composite
def rows(draw: st.DrawFn) -> dict[str, Any]:
    """Rows that keep the contract, as JSON."""
    offset = dt.timezone(dt.timedelta(minutes=draw(st.integers(-14 * 60, 14 * 60))))
    days = st.datetimes(dt.datetime(2010, 1, 2), dt.datetime(2049, 12, 29))
    departure = draw(days).replace(tzinfo=offset)
    block = draw(st.timedeltas(dt.timedelta(microseconds=1), LONGEST))
    return {
        "carrier": draw(st.text("ABUZ019", min_size=2, max_size=2)),
        "origin": draw(st.sampled_from(("EWR", "JFK", "LGA"))),
        "destination": draw(st.text("ABIZ", min_size=3, max_size=3)),
        "scheduled_departure": departure.isoformat(),
        "scheduled_arrival": (departure + block).isoformat(),
        **{name: draw(numbers(name)) for name in BOUNDS},
    }


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**40), 10**40)
    | st.floats()
    | st.floats(-200, 2000)
    | st.text(st.characters(codec=None))
    | st.from_regex(r"[A-Z0-9]{1,4}\n?", fullmatch=True)
    | st.datetimes().map(dt.datetime.isoformat)
    | st.datetimes(timezones=st.just(dt.UTC)).map(dt.datetime.isoformat),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


def test_an_integer_is_a_whole_number_however_it_is_written() -> None:
    """JSON Schema's integer: 2.0 and 2e0 are 2; 2.5 is none."""
    for text in ("2.0", "2e0"):
        (flight,) = contract.rows([{**row(), "departures_this_hour": json.loads(text)}])
        assert (flight.departures_this_hour, type(flight.departures_this_hour)) == (2, int)
        assert broken(departures_this_hour=json.loads(text)) == []
    assert broken(departures_this_hour=2.5) == ["departures_this_hour"]
    assert broken(departures_this_hour=1e300) == ["departures_this_hour"]


@given(name=st.sampled_from(sorted(FIELDS)), value=ANYTHING)
@example("origin", "\ud800")
@example("scheduled_departure", "\ud800")
@example("scheduled_arrival", "2013-01-01T05:15:00-05:00")
@example("temperature_f", float("nan"))
@example("distance_miles", 10**400)
@example("departures_this_hour", 2.0)
def test_refused_and_named_agree(name: str, value: Any) -> None:
    """Whatever JSON a field holds: either the row is served, or that field is named as wrong."""
    body = json.dumps(row(**{name: value}))
    named = {violation.field for violation in contract.violations(json.loads(body))}
    if accepts(body):
        assert not named
    else:
        assert name in named
        assert named <= {name, *TIMES}


@given(rows())
def test_schema_accepts_what_the_contract_accepts(valid: dict[str, Any]) -> None:
    """A row that is served is valid under the published JSON Schema."""
    assert not contract.violations(valid)
    assert accepts(json.dumps(valid))
    jsonschema.validate(valid, contract.json_schema(), jsonschema.Draft202012Validator)


@pytest.mark.parametrize("name", FIELDS)
def test_no_field_may_be_missing(name: str) -> None:
    """A missing field is named, and so is what it should hold."""
    short = {key: value for key, value in row().items() if key != name}
    assert not accepts(json.dumps(short))
    (violation,) = contract.violations(short)
    assert violation.field == name
    assert "missing" in violation.got


@pytest.mark.parametrize("name", FIELDS)
def test_null_means_unknown_only_where_it_may(name: str) -> None:
    """Weather and recent delays may be unknown, nothing else; the message says so."""
    may = name.endswith(("_f", "_percent", "_degrees", "_mph", "_inches", "_hpa", "visibility_miles", "_minutes"))
    assert broken(**{name: None}) == ([] if may else [name])
    (violation,) = contract.violations(row(**{name: {}}))
    assert violation.expected.endswith(", or null") == may


@pytest.mark.parametrize(("name", "low", "high"), [(name, *ends) for name, ends in BOUNDS.items()])
def test_bounds_are_inclusive(name: str, low: float, high: float) -> None:
    """Both ends of a range are in it, the next number is not, and the message has range and unit."""
    step = 1 if PROPERTIES[name].get("type") == "integer" else 1e-9
    assert broken(**{name: low}) == broken(**{name: high}) == []
    assert broken(**{name: low - step * max(1, abs(low))}) == [name]
    assert broken(**{name: high + step * high}) == [name]
    (violation,) = contract.violations(row(**{name: high + high}))
    assert f"from {low} to {high} (" in violation.expected
    assert violation.got == json.dumps(high + high)


@pytest.mark.parametrize("name", BOUNDS)
@pytest.mark.parametrize("value", ["39", True, float("nan"), float("inf"), [39], {"value": 39}])
def test_a_number_is_a_finite_number(name: str, value: Any) -> None:
    """Text, booleans, NaN, Infinity and containers are not converted to numbers."""
    assert broken(**{name: value}) == [name]


def test_text_where_a_number_belongs_is_called_text() -> None:
    """The message tells "39" from 39, which look alike in most logs."""
    (violation,) = contract.violations(row(temperature_f="39"))
    assert violation.got == '"39" (text)'
    assert violation.expected == "a number from -40 to 130 (degF), or null"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("carrier", "UA\n"),
        ("carrier", "ua"),
        ("carrier", "U"),
        ("carrier", "UAL"),
        ("carrier", "\uff11\uff12"),
        ("destination", "IAH\n"),
        ("destination", "I4H"),
        ("destination", " IAH"),
        ("origin", "EWR\n"),
        ("origin", "BOS"),
        ("origin", "ewr"),
    ],
)
def test_codes_match_to_the_last_character(name: str, value: str) -> None:
    """IATA codes are exact: no line end, no blank, no lower case, no other digits."""
    assert broken(**{name: value}) == [name]


@pytest.mark.parametrize(
    "value",
    [
        "2013-01-01T05:15:00",
        "2013-01-01",
        "2013-01-01T24:00:00-05:00",
        "2013-02-29T05:15:00-05:00",
        "2013-01-01T05:15:60-05:00",
        1357035300,
        "05:15",
    ],
)
@pytest.mark.parametrize("name", TIMES)
def test_a_time_says_its_offset(name: str, value: Any) -> None:
    """A time without offset, a number or a time that does not exist is never guessed at."""
    assert broken(**{name: value}) == [name]


@pytest.mark.parametrize(
    ("departure", "arrival", "named"),
    [
        ("2009-12-31T23:59:59Z", "2010-01-01T01:00:00Z", ["scheduled_departure"]),
        ("2010-01-01T00:00:00Z", "2010-01-01T01:00:00Z", []),
        ("2009-12-31T19:00:00-05:00", "2010-01-01T01:00:00Z", []),
        ("2049-12-31T23:00:00Z", "2049-12-31T23:59:59Z", []),
        ("2049-12-31T23:00:00Z", "2050-01-01T00:00:00Z", ["scheduled_arrival"]),
        ("2013-01-01T05:00:00Z", "2013-01-01T05:00:00Z", ["scheduled_arrival"]),
        ("2013-01-01T05:00:00Z", "2013-01-01T04:00:00Z", ["scheduled_arrival"]),
        ("2013-01-01T05:00:00-05:00", "2013-01-01T04:30:00-06:00", []),
        ("2013-01-01T05:00:00Z", "2013-01-02T05:00:00Z", []),
        ("2013-01-01T05:00:00Z", "2013-01-02T05:00:00.000001Z", ["scheduled_arrival"]),
    ],
)
def test_times_are_in_order_and_in_range(departure: str, arrival: str, named: list[str]) -> None:
    """Departure from 2010 to 2049, arrival after it by 24 hours at most, counted as instants."""
    assert broken(scheduled_departure=departure, scheduled_arrival=arrival) == named


def test_unknown_fields_are_refused() -> None:
    """A misspelt optional field would otherwise be taken for unknown, silently."""
    assert broken(temperature_c=4) == ["temperature_c"]


@pytest.mark.parametrize("value", [None, [], "row", 3])
def test_a_row_is_an_object(value: Any) -> None:
    """Anything else is one violation of the row itself."""
    (violation,) = contract.violations(value)
    assert (violation.field, violation.got.startswith(json.dumps(value))) == ("", True)


def test_every_broken_field_is_reported() -> None:
    """All at once, so that a client need not mend one to hear of the next."""
    assert broken(carrier="x", distance_miles=None, humidity_percent=101, extra=1) == [
        "extra",
        "carrier",
        "distance_miles",
        "humidity_percent",
    ]


def test_long_values_are_cut_in_messages() -> None:
    """A refused value does not flood the answer."""
    (violation,) = contract.violations(row(carrier="A" * 10_000))
    assert len(violation.got) < 80


def test_hash_follows_the_contract(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hash is stable, and another bound, rule or unit is another contract."""
    before = contract.sha256()
    assert contract.sha256() == before
    monkeypatch.setattr(contract.CONTRACT, "limits", (*contract.CONTRACT.limits, 23))
    rule = contract.sha256()
    assert rule != before
    monkeypatch.undo()
    changed = contract.json_schema()
    changed["$defs"]["Row"]["properties"]["distance_miles"]["maximum"] = 9_999
    monkeypatch.setattr(contract.CONTRACT, "json_schema", lambda: changed)
    bound = contract.sha256()
    changed["$defs"]["Row"]["properties"]["distance_miles"]["x-unit"] = "km"
    assert len({before, rule, bound, contract.sha256()}) == 4
