"""POST /predict: rows in, probabilities out; what breaks the contract is named and never guessed."""

import io
import json
import re
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dev.prepare import prepare
from dev.problem import collect
from prod.json_object import MAX_ERRORS
from shared.artifact import Model
from shared.contract import FIELDS, Row
from shared.names import PROJECT
from shared.settings import Settings
from tests.unit.prod.conftest import Client, Metrics, conforms
from tests.unit.shared.problem.test_contract import ANYTHING, rows
from tests.unit.tiny import row


def refused(response: Any, status: int, kind: str) -> dict[str, Any]:
    """The problem document that a response is."""
    assert response.status_code == status, response.text
    assert response.mimetype == "application/problem+json"
    problem: dict[str, Any] = json.loads(response.text)
    conforms(problem, {"$ref": "#/components/schemas/Problem"})
    assert problem["type"] == f"urn:{PROJECT}:{kind}"
    assert problem["status"] == status
    assert problem["instance"] == f"urn:{PROJECT}:request:{response.headers['X-Request-ID']}"
    assert problem["remedy"]
    return problem


def broken(client: Client, body: Any) -> list[dict[str, Any]]:
    """The errors of a body that breaks the contract."""
    return list(refused(client.predict(body), 422, "broken-contract")["errors"])


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


def test_a_row_is_answered(client: Client, model: Model, trained: Settings) -> None:
    """With the model's own probability, its decision, and the version that made it."""
    usual = msgspec.to_builtins(prepare(trained.data / collect.NAME, 0.0).rows[0])
    response = client.predict({"instances": [usual]})
    probability = float(model.scores([msgspec.convert(usual, Row)])[0, 0])
    assert response.status_code == 200
    assert response.json == {
        "predictions": [{"late_probability": probability, "late": probability >= model.passport.threshold}],
        "model_version": model.passport.version,
    }


def test_decisions_follow_the_threshold(client: Client, model: Model) -> None:
    """Among these rows some are late and some not, as the threshold of the passport says."""
    instances = [row(wind_speed_mph=wind, departures_this_hour=count) for wind in (0, 15, 29) for count in (1, 9)]
    instances += [
        row(
            scheduled_departure=f"2013-06-03T{hour:02}:10:00-04:00",
            scheduled_arrival=f"2013-06-03T{hour + 2:02}:10:00-04:00",
        )
        for hour in range(21)
    ]
    predictions = client.predict({"instances": instances}).json["predictions"]
    threshold = model.passport.threshold
    assert [each["late"] for each in predictions] == [each["late_probability"] >= threshold for each in predictions]
    assert {each["late"] for each in predictions} == {True, False}


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(rows(), min_size=2, max_size=5))
def test_a_batch_answers_each_row_in_order(client: Client, valid: list[dict[str, Any]]) -> None:
    """Every answer is that of its row alone, within the noise floor of rounding."""
    batch = client.predict({"instances": valid}).json["predictions"]
    alone = [client.predict({"instances": [each]}).json["predictions"][0] for each in valid]
    probabilities = [[each["late_probability"] for each in answers] for answers in (batch, alone)]
    np.testing.assert_allclose(*probabilities, rtol=0, atol=1e-15)
    assert [each.get("unseen") for each in batch] == [each.get("unseen") for each in alone]


def test_an_unseen_category_is_served_and_flagged(client: Client, metrics: Metrics) -> None:
    """A new airline is no error, but the answer says that the model never saw it; others are not flagged."""
    before = metrics.read("parity_unseen_categories_total", field="carrier")
    instances = [row(), row(carrier="ZZ"), row(carrier="ZZ", destination="ZZZ")]
    predictions = client.predict({"instances": instances}).json["predictions"]
    assert [each.get("unseen") for each in predictions] == [
        None,
        {"carrier": "ZZ"},
        {"carrier": "ZZ", "destination": "ZZZ"},
    ]
    assert metrics.read("parity_unseen_categories_total", field="carrier") - before == 2


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


def test_a_charset_does_not_matter(client: Client) -> None:
    """Parameters of the media type are allowed."""
    response = client.predict(json.dumps({"instances": [row()]}), content_type="application/json; charset=utf-8")
    assert response.status_code == 200


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


def test_escaped_letters_are_served(client: Client) -> None:
    """A needless escape is JSON, and means the same in keys, categories and times."""
    plain = client.predict({"instances": [row()]}).json
    escaped = text()
    for letters, same in (("carrier", "carri\\u0065r"), ('"UA"', '"\\u0055A"'), ("T05:15", "T05\\u003a15")):
        assert letters in escaped
        escaped = escaped.replace(letters, same, 1)
    assert client.predict(escaped).json == plain


def test_a_number_outside_training_is_served_and_flagged(client: Client, model: Model, metrics: Metrics) -> None:
    """With the range that training held, in the model's columns; dates later than training are none."""
    before = metrics.read("parity_outside_range_total", field="temperature_f")
    late = {"scheduled_departure": "2049-06-01T12:00:00Z", "scheduled_arrival": "2049-06-01T15:00:00Z"}
    usual = {"temperature_f": 60, "dew_point_f": 50, "pressure_hpa": 1012, "humidity_percent": 70}
    instances = [row(**usual), row(**usual, **late), row(**usual | {"temperature_f": 120})]
    predictions = client.predict({"instances": instances}).json["predictions"]
    seen = model.passport.distribution.columns["temperature_f"].quantiles
    assert [each.get("outside", {}).get("temperature_f") for each in predictions] == [
        None,
        None,
        {"value": 120, "low": seen[0], "high": seen[-1]},
    ]
    assert not any("scheduled_departure" in each.get("outside", {}) for each in predictions)
    assert metrics.read("parity_outside_range_total", field="temperature_f") - before == 1


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from([*FIELDS, "new"]), value=ANYTHING)
def test_no_value_breaks_the_service(client: Client, name: str, value: Any) -> None:
    """Whatever JSON a field holds, the row is served or the field is named."""
    response = client.predict(json.dumps({"instances": [row(**{name: value})]}))
    assert response.status_code in (200, 422), response.text
    if response.status_code == 422:
        assert name in {error["field"] for error in refused(response, 422, "broken-contract")["errors"]}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=30) | st.text(max_size=30).map(str.encode) | ANYTHING.map(json.dumps).map(str.encode))
def test_no_body_breaks_the_service(client: Client, body: bytes) -> None:
    """Whatever is sent, the answer is a problem that names the request as its cause."""
    response = client.predict(body)
    refused(response, response.status_code, "malformed-json" if response.status_code == 400 else "broken-contract")
    assert response.status_code in (400, 422)
