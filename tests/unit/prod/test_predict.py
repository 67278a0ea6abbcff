"""POST /predict: rows in, probabilities out, whatever is sent."""

import json
from typing import Any

import msgspec
import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dev.prepare import prepare
from dev.problem import collect
from shared.artifact import Model
from shared.contract import FIELDS, Row
from shared.settings import Settings
from tests.unit.prod.conftest import Client, Metrics, refused
from tests.unit.shared.problem.test_contract import ANYTHING, rows
from tests.unit.tiny import row


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


def test_escaped_letters_are_served(client: Client) -> None:
    """A needless escape is JSON, and means the same in keys, categories and times."""
    plain = client.predict({"instances": [row()]}).json
    escaped = json.dumps({"instances": [row()]})
    for letters, same in (("carrier", "carri\\u0065r"), ('"UA"', '"\\u0055A"'), ("T05:15", "T05\\u003a15")):
        assert letters in escaped
        escaped = escaped.replace(letters, same, 1)
    assert client.predict(escaped).json == plain


def test_a_charset_does_not_matter(client: Client) -> None:
    """Parameters of the media type are allowed."""
    response = client.predict(json.dumps({"instances": [row()]}), content_type="application/json; charset=utf-8")
    assert response.status_code == 200


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
