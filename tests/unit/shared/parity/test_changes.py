"""Changes that a contract forbids, and such that only many rows show; both are derived from the schema."""

import json
from typing import Any

import jsonschema
import pytest

from shared import contract
from shared.parity import rowschema
from shared.parity.changes import Change, changes
from shared.parity.rowschema import ContractError
from shared.parity.shifts import shifts
from tests.unit.tiny import row

SCHEMA = contract.json_schema()
OURS = rowschema.read(SCHEMA)
VALID = jsonschema.Draft202012Validator(SCHEMA)
OTHER = row(carrier="B6", temperature_f=50, wind_gust_mph=20.0)


def made(**fields: Any) -> list[Change]:
    """The changes of a row."""
    return list(changes(OURS, row(**fields), OTHER))


def test_every_change_is_forbidden() -> None:
    """By an independent validator of JSON Schema, or by JSON itself."""
    for change in made(recent_delay_minutes=5.0):
        body = change.body
        if change.kind in ("NaN", "Infinity", "-Infinity"):
            assert change.kind in body  # RFC 8259 has none of these
        elif change.kind == "key given twice":
            pairs = json.loads(body, object_pairs_hook=lambda pairs: pairs)[0][1][0]
            assert len({name for name, _ in pairs}) == len(pairs) - 1
        else:
            assert _refused(json.loads(body)["instances"][0]), change


def _refused(changed: dict[str, Any]) -> bool:
    if VALID.is_valid(changed):  # jsonschema leaves the format of times to others
        return any(violation.field in contract.TIMES for violation in contract.violations(changed))
    return True


def test_every_field_is_changed_in_every_way_that_fits_it() -> None:
    """Each is dropped, renamed, given twice and of another type; numbers leave their range, times their format."""
    kinds: dict[str, set[str]] = {}
    for change in made(recent_delay_minutes=5.0, recent_carrier_delay_minutes=-3.0, wind_gust_mph=25.0):
        kinds.setdefault(change.fields[0], set()).add(change.kind)
    for name, field in OURS.fields.items():
        assert kinds[name] >= {"dropped", "renamed", "list", "truth value"}
        assert ("null" in kinds[name]) != field.nullable
        if field.is_number:
            assert kinds[name] >= {"number as text", "NaN", "below the range", "above the range"}
        if field.is_time:
            assert kinds[name] >= {"time without offset", "seconds since 1970", "day first", "space for the T"}
        if field.is_category:
            assert kinds[name] >= {"lower case", "space after", "look-alike letters"}
    assert "in another unit (kelvin)" in kinds["temperature_f"]
    assert "in another unit (degC)" not in kinds["temperature_f"]  # it stays in the range


def test_what_equals_the_row_is_no_change() -> None:
    """A swap of equal values changes nothing, and neither does a unit in which zero is zero."""
    equal, other = (made(visibility_miles=50, distance_miles=distance) for distance in (50, 5000))
    assert not [change for change in equal if _swaps(change)]
    assert [change for change in other if _swaps(change)]
    zero = [change.kind for change in made(precipitation_inches=0) if change.fields == ("precipitation_inches",)]
    assert not [kind for kind in zero if "unit (" in kind]


def _swaps(change: Change) -> bool:
    others = [name for name in row() if name not in ("distance_miles", "visibility_miles")]
    return change.kind.startswith("swapped") and all(change.row[name] == row()[name] for name in others)


def test_shifts_keep_the_contract_and_change_something() -> None:
    """Celsius, clocks and codes are valid in every row; no shift is the batch as it was."""
    rows = [row(temperature_f=60 + number % 9, carrier=("UA", "B6")[number % 2]) for number in range(30)]
    named = {shift.name: shift.rows for shift in shifts(OURS, rows)}
    for name in (
        "temperature_f: in degC",
        "dew_point_f, temperature_f: swapped",
        "dew_point_f, temperature_f: in degC",
        "carrier: remapped",
        "temperature_f: constant",
        "temperature_f: half missing",
        "scheduled_departure, scheduled_arrival: +5 h",
    ):
        assert all(map(OURS.allows, named[name])), name
    assert all(shifted != rows for shifted in named.values())
    assert named["temperature_f: in degC"][0]["temperature_f"] == pytest.approx(15.5556)
    assert named["carrier: remapped"][0]["carrier"] == "B6"
    assert "wind_gust_mph: constant" not in named  # it was


@pytest.mark.parametrize(
    ("schema", "allowed", "forbidden"),
    [
        ({"type": "integer", "minimum": 1}, [1, 2.0], [0, 1.5, True, "1", None]),
        ({"type": ["number", "null"], "exclusiveMaximum": 5}, [None, 4.9], [5, "", float("nan")]),
        ({"anyOf": [{"type": "number"}, {"type": "null"}]}, [None, 4.9], ["4.9", []]),
        ({"enum": ["a", "b"]}, ["a"], ["A", "", 1, None]),
        ({"type": "string", "pattern": "^[A-Z]{2}$"}, ["UA"], ["UA\n", "ua", "UAL", 2]),
        ({"type": "string", "minLength": 1, "maxLength": 2}, ["ab"], ["", "abc"]),
        ({"type": "string", "format": "date-time"}, ["2013-01-01T05:15:00Z"], ["2013-01-01", "2013-13-01T05:15:00Z"]),
        ({"oneOf": [{"type": "number"}]}, ["anything", None], []),
    ],
)
def test_what_a_schema_forbids(schema: dict[str, Any], allowed: list[Any], forbidden: list[Any]) -> None:
    """As JSON Schema has it; of what is not understood, nothing is forbidden."""
    field = rowschema.read({"properties": {"x": schema}}).fields["x"]
    assert all(map(field.allows, allowed))
    assert not any(map(field.allows, forbidden))


@pytest.mark.parametrize("document", [None, [], {}, {"properties": 3}, {"$ref": "#/$defs/Nowhere"}, "text"])
def test_what_is_no_contract_is_refused(document: Any) -> None:
    """With what was expected."""
    with pytest.raises(ContractError) as caught:
        rowschema.read(document)
    assert "JSON Schema of an object" in caught.value.evidence
