"""What a row of data and a request must look like, declared once.

From `Flight` come the validation of requests and of training rows, the JSON Schema
(draft 2020-12) and the OpenAPI document. Validation is strict, as msgspec does it: a
number sent as text is refused, not converted.
"""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal

import msgspec
import pandas as pd
from msgspec import Meta

EARLIEST = dt.datetime(2010, 1, 1, tzinfo=dt.UTC)
LATEST = dt.datetime(2050, 1, 1, tzinfo=dt.UTC)
LONGEST = dt.timedelta(hours=24)


def _number(unit: str, low: float, high: float, text: str) -> Meta:
    return Meta(ge=low, le=high, description=text, extra_json_schema={"x-unit": unit})


def _code(length: int, alphabet: str, text: str) -> Meta:
    # max_length as well: Python's `$` lets a trailing newline pass.
    return Meta(pattern=f"^[{alphabet}]{{{length}}}$", max_length=length, description=text)


def _time(text: str) -> Meta:
    return Meta(tz=True, description=text, examples=["2013-01-01T05:15:00-05:00"])


Airline = Annotated[str, _code(2, "A-Z0-9", "IATA airline code")]
Airport = Annotated[str, _code(3, "A-Z", "IATA airport code")]
Origin = Annotated[Literal["EWR", "JFK", "LGA"], Meta(description="IATA airport code")]
Departure = Annotated[dt.datetime, _time("RFC 3339 with offset, from 2010 to 2049")]
Arrival = Annotated[dt.datetime, _time("RFC 3339 with offset, within 24 hours of departure")]
Distance = Annotated[float, _number("mile", 50, 10_000, "great-circle distance")]
Count = Annotated[int, _number("flight", 1, 200, "departures scheduled at origin in this hour")]
Delay = Annotated[float, _number("minute", -120, 1500, "mean departure delay at origin, 60 min")]
CarrierDelay = Annotated[float, _number("minute", -120, 1500, "the carrier's own, 120 min")]
Temperature = Annotated[float, _number("degF", -40, 130, "air temperature at origin")]
DewPoint = Annotated[float, _number("degF", -60, 100, "dew point at origin")]
Humidity = Annotated[float, _number("percent", 0, 100, "relative humidity")]
Direction = Annotated[float, _number("degree", 0, 360, "where the wind comes from, 0 if calm")]
Speed = Annotated[float, _number("mph", 0, 200, "wind speed")]
Gust = Annotated[float, _number("mph", 0, 250, "speed of gusts, null if there are none")]
Precipitation = Annotated[float, _number("inch/hour", 0, 10, "precipitation")]
Pressure = Annotated[float, _number("hPa", 870, 1085, "pressure at sea level")]
Visibility = Annotated[float, _number("mile", 0, 100, "visibility")]


class Flight(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """One flight as it is known at its scheduled departure; null means unknown."""

    carrier: Airline
    origin: Origin
    destination: Airport
    scheduled_departure: Departure
    scheduled_arrival: Arrival
    distance_miles: Distance
    departures_this_hour: Count
    recent_delay_minutes: Delay | None
    recent_carrier_delay_minutes: CarrierDelay | None
    temperature_f: Temperature | None
    dew_point_f: DewPoint | None
    humidity_percent: Humidity | None
    wind_direction_degrees: Direction | None
    wind_speed_mph: Speed | None
    wind_gust_mph: Gust | None
    precipitation_inches: Precipitation | None
    pressure_hpa: Pressure | None
    visibility_miles: Visibility | None

    def __post_init__(self) -> None:
        for field, expected in _broken_rules(self.scheduled_departure, self.scheduled_arrival):
            raise ValueError(f"{field}: expected {expected}")


@dataclass(frozen=True)
class Violation:
    """One field of one row that breaks the contract."""

    field: str
    expected: str
    got: str


FIELDS = {field.name: field for field in msgspec.structs.fields(Flight)}
RFC_3339 = r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)"
"""The form of a time. msgspec takes a space for the T and an offset without its colon as well."""
TIMES = ("scheduled_departure", "scheduled_arrival")
OPEN_CATEGORIES = ("carrier", "destination")
"""Text fields that may hold values never seen in training."""


_TIME_TEXTS = re.compile(f'"{RFC_3339}"'.encode())


def _properties() -> dict[str, Any]:
    """JSON Schema of each field; of one that may be null, of what it is otherwise."""
    properties = msgspec.json.schema(Flight)["$defs"]["Flight"]["properties"]
    return {name: schema["anyOf"][0] if "anyOf" in schema else schema for name, schema in properties.items()}


UNITS: dict[str, str] = {name: schema["x-unit"] for name, schema in _properties().items() if "x-unit" in schema}
"""Unit of each number."""
INTEGERS = tuple(name for name, schema in _properties().items() if schema.get("type") == "integer")


def flights(rows: Sequence[Mapping[str, Any]]) -> list[Flight]:
    """Rows in which `violations` finds nothing.

    JSON Schema's integers are whole numbers however they are written, 2.0 as well as 2 (draft 2020-12, 6.1.1).

    Raises:
        msgspec.ValidationError: a row breaks the contract.
    """
    return msgspec.convert([{name: _whole(name, value) for name, value in row.items()} for row in rows], list[Flight])


def violations(row: object) -> list[Violation]:
    """Everything in `row` (decoded JSON) that breaks the contract; empty if nothing does.

    Slower than decoding into `Flight`, which stops at the first: for rows known to be bad.
    """
    if not isinstance(row, Mapping):
        return [Violation("", "an object with the fields of a flight", _shown(row))]
    found = [
        Violation(name, "no such field; the contract is at /contract", _shown(row[name]))
        for name in row
        if name not in FIELDS
    ]
    for name, field in FIELDS.items():
        if name not in row:
            found.append(Violation(name, _expected(name), "nothing: the field is missing"))
            continue
        try:
            msgspec.convert(_whole(name, row[name]), field.type)
            if name in TIMES and isinstance(row[name], str) and not re.fullmatch(RFC_3339, row[name]):
                raise msgspec.ValidationError
        except (msgspec.ValidationError, UnicodeEncodeError):  # the latter for half a surrogate pair
            found.append(Violation(name, _expected(name), _shown(row[name])))
    if not found:
        departure, arrival = (msgspec.convert(row[name], dt.datetime) for name in TIMES)
        found = [Violation(name, expected, _shown(row[name])) for name, expected in _broken_rules(departure, arrival)]
    return found


def is_plain(body: bytes, rows: int) -> bool:
    """Whether a body that was decoded into so many rows is free of what the decoder does not mind.

    That is a key given twice, of which the last would count, and a time in another form than
    RFC 3339's. False also where letters are escaped for no reason: `violations` decides then.
    Only keys, categories and times have quotes, and none of these is nullable: they can be counted.
    """
    texts = len(FIELDS) - len(UNITS)
    quotes = 2 + 2 * rows * (len(FIELDS) + texts)
    return body.count(b'"') == quotes and len(_TIME_TEXTS.findall(body)) == rows * len(TIMES)


def to_frame(flights: Sequence[Flight]) -> pd.DataFrame:
    """Flights as a table: the one way from the contract to features, on both sides.

    Returns:
        shape (len(flights), len(FIELDS)); times as UTC, null numbers as NaN.
    """
    columns: dict[str, Any] = {name: [getattr(flight, name) for flight in flights] for name in FIELDS}
    for name in FIELDS:
        if name in TIMES:
            columns[name] = pd.to_datetime(columns[name], utc=True)
        elif name in UNITS:
            columns[name] = pd.array(columns[name], dtype="float64")
    return pd.DataFrame(columns)


def json_schema() -> dict[str, Any]:
    """JSON Schema of a row."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **msgspec.json.schema(Flight),
    }


def sha256() -> str:
    """Hash of the contract: of its JSON Schema and of the rules beside it."""
    rules = [EARLIEST.isoformat(), LATEST.isoformat(), LONGEST.total_seconds(), RFC_3339]
    text = json.dumps([json_schema(), rules], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _broken_rules(departure: dt.datetime, arrival: dt.datetime) -> Iterator[tuple[str, str]]:
    """The rules that a type cannot say, as (field, what was expected)."""
    for name, time in zip(TIMES, (departure, arrival), strict=True):
        if not EARLIEST <= time < LATEST:
            yield name, f"a time from {EARLIEST:%Y-%m-%d} to before {LATEST:%Y-%m-%d}"
    if not dt.timedelta() < arrival - departure <= LONGEST:
        yield "scheduled_arrival", "a time after scheduled_departure, by 24 hours at most"


def _whole(name: str, value: Any) -> Any:
    """An integer's value as one, where it was written as 2.0."""
    return int(value) if name in INTEGERS and isinstance(value, float) and value.is_integer() else value


@cache
def _expected(name: str) -> str:
    """A field's declaration in words, from its JSON Schema."""
    schema = json_schema()["$defs"]["Flight"]["properties"][name]
    nullable = "anyOf" in schema
    schema = schema["anyOf"][0] if nullable else schema
    if "enum" in schema:
        text = "one of " + ", ".join(schema["enum"])
    elif schema.get("format") == "date-time":
        text = f"a time with its offset from UTC, such as {schema['examples'][0]}"
    elif "pattern" in schema:
        text = f"text matching {schema['pattern']} ({schema['description']})"
    else:
        kind = "a whole number" if schema["type"] == "integer" else "a number"
        text = f"{kind} from {schema['minimum']} to {schema['maximum']} ({schema['x-unit']})"
    return text + (", or null" if nullable else "")


def _shown(value: object) -> str:
    """A refused value as JSON, short enough for a message, with its type where text misleads."""
    text = json.dumps(value, default=str)
    text = text if len(text) <= 60 else text[:57] + "..."
    return f"{text} (text)" if isinstance(value, str) else text
