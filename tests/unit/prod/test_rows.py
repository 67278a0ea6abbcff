"""Rows of a request that break the contract, or are no rows: what is wrong is named and never guessed."""

import io
import json
import re

import pytest

from prod.json_object import MAX_ERRORS
from shared.contract import FIELDS
from tests.unit.prod.conftest import Client, Metrics, broken, refused
from tests.unit.tiny import row


def text(**fields: str) -> str:
    """A request of one row in which fields have these values, as raw JSON."""
    changed = json.dumps(row(**dict.fromkeys(fields, "@")))
    for name, raw in fields.items():
        changed = re.sub(rf'"{name}": "@"', lambda _, name=name, raw=raw: f'"{name}": {raw}', changed)
    return f'{{"instances": [{changed}]}}'


def test_a_name_with_a_byte_order_mark_is_told_visibly(client: Client) -> None:
    """Whoever reads the refusal sees what is wrong with a name that looks right."""
    sent = {("\ufeffcarrier" if name == "carrier" else name): value for name, value in row().items()}
    assert "row 0, \\ufeffcarrier:" in refused(client.predict({"instances": [sent]}), 422, "broken-contract")["detail"]


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ("", "Expecting value"),
        ("{", "Expecting property name"),
        ('{"instances": [', "Expecting value"),
        ("{'instances': []}", "double quotes"),
        ('{"instances": []} x', "Extra data"),
        (b'{"instances": "\xff"}', "can't decode byte 0xff"),
        (text(carrier='"U@"').encode().replace(b"@", b"\xff"), "can't decode byte 0xff"),
        ("\ufeff{}", "BOM"),
        (b"\xff\xfe{\x00}\x00", "can't decode byte 0xff"),
        ("[" * 1500, ""),
        ("[" * 100_000, "nested too deep"),
        ("[" * 100_000 + "]" * 100_000, "nested too deep"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "nested too deep"),
        (text(temperature_f="1" + "0" * 5000), "Exceeds the limit"),
    ],
)
def test_what_is_not_json_is_named(client: Client, body: str | bytes, detail: str) -> None:
    """400, and what a parser says about it."""
    assert detail in refused(client.predict(body), 400, "malformed-json")["detail"]


@pytest.mark.parametrize("depth", [1500, 5000, 9000, *range(9960, 10020, 5), 15_000])
@pytest.mark.parametrize("where", ["top", "instances", "row", "field"])
def test_depth_never_breaks_the_service(client: Client, depth: int, where: str) -> None:
    """However deep and wherever: the request is at fault, not the service."""
    deep = "[" * depth + "]" * depth
    body = {
        "top": deep,
        "instances": f'{{"instances": {deep}}}',
        "row": f'{{"instances": [{deep}]}}',
        "field": text(temperature_f=deep),
    }[where]
    assert client.predict(body).status_code in (400, 422)


@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded", "application/jsonx"])
def test_the_body_must_be_sent_as_json(client: Client, kind: str | None) -> None:
    """415, with what was sent and what to send."""
    problem = refused(client.predict(json.dumps({"instances": [row()]}), content_type=kind), 415, "content-type")
    assert f"got {kind or 'none'}" in problem["detail"]
    assert "Content-Type: application/json" in problem["remedy"]


@pytest.mark.parametrize(
    ("body", "field", "got"),
    [
        ("null", "", "null"),
        ("[]", "", "a list of 0"),
        ('"text"', "", '"text"'),
        ("3", "", "3"),
        ("{}", "instances", "nothing"),
        ('{"instances": null}', "instances", "null"),
        ('{"instances": {}}', "instances", "an object"),
        ('{"instances": []}', "instances", "a list of 0"),
        (json.dumps({"instances": [row()], "version": 2}), "version", "2"),
    ],
)
def test_the_request_is_an_object_of_rows(client: Client, body: str, field: str, got: str) -> None:
    """What is wrong outside the rows is listed without a row."""
    (error,) = broken(client, body)
    assert (error["row"], error["field"], error["got"]) == (None, field, got)
    assert error["expected"]


@pytest.mark.parametrize(
    ("field", "raw", "got"),
    [
        ("temperature_f", '"39"', '"39" (text)'),
        ("temperature_f", "NaN", "NaN"),
        ("temperature_f", "Infinity", "Infinity"),
        ("temperature_f", "-Infinity", "-Infinity"),
        ("temperature_f", "1e999", "Infinity"),
        ("temperature_f", "true", "true"),
        ("temperature_f", "131", "131"),
        ("temperature_f", "1" + "0" * 400, "1000000000"),
        ("distance_miles", "null", "null"),
        ("departures_this_hour", "2.5", "2.5"),
        ("departures_this_hour", "99999999999999999999999", "99999999999999999999999"),
        ("scheduled_departure", '"2013-01-01T05:15:00"', '"2013-01-01T05:15:00" (text)'),
        ("scheduled_arrival", '"2013-01-01T05:15:00-05:00"', '"2013-01-01T05:15:00-05:00" (text)'),
        ("origin", '"BOS"', '"BOS" (text)'),
        ("origin", '"\\ud800"', '"\\ud800" (text)'),
        ("scheduled_departure", '"\\udfff"', '"\\udfff" (text)'),
        ("carrier", '"UA\\n"', '"UA\\n" (text)'),
        ("carrier", "[]", "[]"),
    ],
)
def test_a_broken_field_is_reported(client: Client, metrics: Metrics, field: str, raw: str, got: str) -> None:
    """422, with the row, the field, what was expected and got; and it is counted under that field."""
    before = metrics.read("parity_rejected_rows_total", field=field)
    (error,) = broken(client, text(**{field: raw}))
    assert (error["row"], error["field"]) == (0, field)
    assert error["got"].startswith(got)
    assert error["expected"]
    assert metrics.read("parity_rejected_rows_total", field=field) - before == 1


@pytest.mark.parametrize("name", FIELDS)
def test_a_missing_field_is_reported(client: Client, name: str) -> None:
    """Each, with its row."""
    short = {key: value for key, value in row().items() if key != name}
    (error,) = broken(client, {"instances": [row(), short]})
    assert (error["row"], error["field"]) == (1, name)


def test_an_unknown_field_is_told_and_counted_as_other(client: Client, metrics: Metrics) -> None:
    """Names that clients make up do not become labels of a metric."""
    before = metrics.read("parity_rejected_rows_total", field="other")
    (error,) = broken(client, {"instances": [row(temperature_c=4)]})
    assert (error["row"], error["field"], error["got"]) == (0, "temperature_c", "4")
    assert metrics.read("parity_rejected_rows_total", field="other") - before == 1
    assert metrics.read("parity_rejected_rows_total", field="temperature_c") == 0


def test_one_broken_row_refuses_all_and_names_them(client: Client, metrics: Metrics) -> None:
    """Nothing is predicted, so that no answer can be taken for another row's."""
    before = metrics.read("parity_predictions_total")
    errors = broken(client, {"instances": [row(), row(carrier="x", origin="y"), row(), row(humidity_percent=101)]})
    assert [(error["row"], error["field"]) for error in errors] == [
        (1, "carrier"),
        (1, "origin"),
        (3, "humidity_percent"),
    ]
    assert metrics.read("parity_predictions_total") == before


def test_many_errors_are_counted_and_the_first_reported(client: Client) -> None:
    """The answer stays small however much is wrong."""
    body = {"instances": [row(carrier="x")] * 300}
    problem = refused(client.predict(body), 422, "broken-contract")
    assert len(problem["errors"]) == MAX_ERRORS
    assert problem["detail"].startswith("300 in all; row 0, carrier: expected text")


def test_too_many_rows(client: Client) -> None:
    """1,000 are answered, 1,001 are refused with both numbers, whether they are good or not."""
    assert len(client.predict({"instances": [row()] * 1000}).json["predictions"]) == 1000
    for each in (row(), {}):
        (error,) = broken(client, {"instances": [each] * 1001})
        assert (error["field"], error["expected"], error["got"]) == ("instances", "1 to 1000 rows", "1001 rows")


@pytest.mark.parametrize("known", [True, False], ids=["length", "chunked"])
def test_too_large_a_body(client: Client, known: bool) -> None:
    """413 with the limit, whether the client tells the length or not; just under it the body is read."""
    most = 1 << 20
    for size in (most - 1, most + 1):
        body = text(temperature_f="40").encode().ljust(size)
        if known:
            response = client.predict(body)
        else:
            # As gunicorn gives a chunked body: no length, and a stream that ends.
            chunked = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
            response = client.post(
                "/predict",
                input_stream=io.BytesIO(body),
                content_type="application/json",
                environ_overrides=chunked,
            )
        if size < most:
            assert response.status_code == 200
        else:
            assert f"{most:,} bytes" in refused(response, 413, "body-too-large")["detail"]


@pytest.mark.parametrize("values", [('"B6"', '"ZZ"'), ('"B6"', '"B6"'), ('"ZZ"', "7"), ("7", '"ZZ"')])
def test_a_key_given_twice_is_refused(client: Client, values: tuple[str, str]) -> None:
    """RFC 8259 leaves open which of them counts, so nobody can know what was meant."""
    errors = broken(client, text(carrier=f'{values[0]}, "carrier": {values[1]}'))
    assert {(error["row"], error["field"]) for error in errors} == {(0, "carrier")}
    assert "more than once" in errors[-1]["got"]


def test_rows_given_twice_are_refused(client: Client) -> None:
    """The first list would be lost without a word."""
    one = json.dumps([row()])
    (error,) = broken(client, f'{{"instances": {one}, "instances": {one}}}')
    assert (error["row"], error["field"]) == (None, "instances")


@pytest.mark.parametrize("time", ["2013-01-01 05:15:00-05:00", "2013-01-01T05:15:00-0500"])
def test_a_time_in_another_form_is_refused(client: Client, time: str) -> None:
    """The contract says RFC 3339, though the decoder would take these."""
    (error,) = broken(client, {"instances": [row(scheduled_departure=time)]})
    assert (error["row"], error["field"]) == (0, "scheduled_departure")
