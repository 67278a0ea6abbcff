"""POST /check: what is unusual about a window of rows, and how many it takes."""

import json
from typing import Any

import pytest

from shared import window
from shared.artifact import Model
from tests.unit.prod.conftest import Client, broken
from tests.unit.tiny import Settings, row


@pytest.fixture
def held_out(trained: Settings) -> list[dict[str, Any]]:
    """A window of the test months, as it lies beside the model."""
    content = (trained.models / "current" / "window-1.json").read_bytes()
    return list(json.loads(content)["instances"])


def check(client: Client, rows: list[dict[str, Any]]) -> Any:
    """The service's answer."""
    return client.post("/check", json={"instances": rows})


def test_a_window_of_the_test_months_is_as_usual(client: Client, model: Model, held_out: list[dict[str, Any]]) -> None:
    """Nothing found, with what it was compared with."""
    response = check(client, held_out)
    assert response.status_code == 200
    assert response.json == {
        "findings": [],
        "rows": model.passport.distribution.rows,
        "window_rows": model.passport.distribution.rows,
        "model_version": model.passport.version,
    }


def test_another_unit_is_reported(client: Client, held_out: list[dict[str, Any]]) -> None:
    """With test, columns, value, what is usual and what that means."""
    rows = [{**each, "temperature_f": (each["temperature_f"] - 32) / 1.8} for each in held_out]
    findings = {(each["test"], *each["columns"]): each for each in check(client, rows).json["findings"]}
    finding = findings["order", "temperature_f", "dew_point_f"]
    assert not finding["low"] <= finding["value"] <= finding["high"]
    assert finding["meaning"] == window.TESTS["order"]


def test_too_few_rows_are_refused(client: Client, model: Model, held_out: list[dict[str, Any]]) -> None:
    """422 with how many there must be: a few rows say nothing of a distribution."""
    response = check(client, held_out[:-1])
    assert response.status_code == 422
    (error,) = response.json["errors"]
    assert error["field"] == "instances"
    assert error["expected"].startswith(f"{model.passport.distribution.rows} rows or more")
    assert error["got"] == f"{model.passport.distribution.rows - 1} rows"


def test_a_row_that_breaks_the_contract_is_refused(client: Client, held_out: list[dict[str, Any]]) -> None:
    """As /predict does, before anything is compared."""
    response = check(client, [*held_out, row(carrier="x")])
    assert response.status_code == 422
    assert response.json["errors"][0]["field"] == "carrier"


def test_nothing_is_kept_between_requests(client: Client, held_out: list[dict[str, Any]]) -> None:
    """The same window gets the same answer, whatever came before."""
    strange = [{**each, "humidity_percent": each["humidity_percent"] / 100} for each in held_out]
    before = [check(client, rows).json for rows in (held_out, strange)]
    assert before[0] != before[1]
    assert [check(client, rows).json for rows in (strange, held_out)] == before[::-1]
    assert broken(client, {"instances": []})
