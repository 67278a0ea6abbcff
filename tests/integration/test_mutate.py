"""Mutating a running service: ours refuses all that its contract forbids; lax ones are found out."""

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.integration.support.broken_services import Row, Service, served
from tests.integration.support.gate import found, judged, parity
from tests.lab.sandbox import Prod


@pytest.fixture(scope="session")
def contract(prod: Prod) -> dict[str, Any]:
    """The contract of our own service."""
    with prod.client() as client:
        return dict(client.get("/contract").json())


@pytest.fixture(scope="session")
def mutated(prod: Prod, model: Path) -> dict[str, Any]:
    """The report on our own service."""
    code, report = judged("mutate", prod.url, "--model", model)
    assert (code, report["undecided"]) == (0, [])
    return report


class Lax(Service):
    """Takes what it can make something of: no type, no range and no name is held against it."""

    def __init__(self, passport: Mapping[str, Any], contract: dict[str, Any]) -> None:
        super().__init__(dict(passport))
        self.contract = contract

    def get(self, path: str) -> tuple[int, Any]:
        """The contract that it does not keep."""
        return (200, self.contract) if path == "/contract" else (404, {})

    def probabilities(self, rows: Any) -> list[float]:
        """Depends on the temperature, if that can be read as a number."""
        return [0.2 + 1e-4 * number(row.get("temperature_f")) for row in rows]


class Strict(Lax):
    """Refuses whatever is not one of the golden requests, without saying why."""

    def answer(self, body: bytes) -> tuple[int, dict[str, Any]]:
        """A 400 that names no field."""
        try:
            return super().answer(body)
        except KeyError:
            return 400, {"title": "Bad request"}

    def probabilities(self, rows: Any) -> list[float]:
        """As recorded."""
        return Service.probabilities(self, rows)


class Crashing(Strict):
    """Fails where it should refuse."""

    def answer(self, body: bytes) -> tuple[int, dict[str, Any]]:
        """A 500."""
        status, answer = super().answer(body)
        return (500, {"title": "Oops"}) if status == 400 else (status, answer)


def number(value: Any) -> float:
    """A number of whatever comes, clipped to what a temperature may be."""
    with suppress(TypeError, ValueError):
        return min(max(float(value), -40.0), 130.0)
    return 0.0


def kinds(report: dict[str, Any], severity: str) -> set[str]:
    """Kinds of change that a report has findings of."""
    details = [each["details"] for each in report["findings"] if each["severity"] == severity]
    return {each["kind"] for each in details if "kind" in each}


def test_prod_refuses_everything_that_its_contract_forbids(mutated: dict[str, Any]) -> None:
    """Every kind of change of every field, and each refusal names the field."""
    assert not found(mutated, "breaks", "risk")
    (score,) = [each for each in mutated["findings"] if each["subject"] == "score"]
    counts = [field for kind in score["details"]["kinds"].values() for field in kind.values()]
    assert sum(field["sent"] for field in counts) > 1000
    assert all(field["sent"] == field["refused"] == field["named"] for field in counts)
    assert {"dropped", "NaN", "key given twice", "offset without colon", "swapped with another field"} <= set(
        score["details"]["kinds"]
    )


@pytest.mark.parametrize(
    ("shift", "how"),
    [
        ("temperature_f: in degC", "caught"),
        ("distance_miles: in km", "caught"),
        ("humidity_percent: in fraction", "caught"),
        ("carrier: remapped", "caught"),
        ("recent_delay_minutes: half missing", "caught"),
        ("dew_point_f, temperature_f: swapped", "caught"),
        ("temperature_f: in kelvin", "refused"),
    ],
)
def test_prod_notices_what_no_single_row_shows(mutated: dict[str, Any], shift: str, how: str) -> None:
    """On every window of held-out rows."""
    (inside,) = [finding for finding in mutated["findings"] if finding["subject"] == "changes inside the contract"]
    seen = inside["details"][shift]
    assert seen
    assert {each["how"] for each in seen} == {how}


def test_what_is_missed_is_reported(mutated: dict[str, Any]) -> None:
    """With the labels that flip: knots instead of miles an hour look like a calmer day."""
    assert any(subject == "wind_speed_mph: in knot" for _, subject in found(mutated, "note"))


def test_a_lax_service_is_found_out(contract: dict[str, Any], passport: dict[str, Any], model: Path) -> None:
    """What it accepts and lets move an answer breaks; what had no effect is a risk; and it has no window check."""
    with served(Lax(passport, contract)) as url:
        code, report = judged("mutate", url, "--model", model)
    assert (code, report["undecided"]) == (1, [])
    assert {"dropped", "renamed", "in another unit (kelvin)", "null as text"} <= kinds(report, "breaks")
    assert {"number as text", "lower case", "time without offset", "key given twice"} <= kinds(report, "risk")
    assert "changes inside the contract: nothing looks for them" in {subject for _, subject in found(report, "risk")}
    (score,) = [each for each in report["findings"] if each["subject"] == "score"]
    assert score["a"].startswith("0 of ")


def test_a_refusal_without_the_fields_name_is_counted(
    contract: dict[str, Any], passport: dict[str, Any], model: Path
) -> None:
    """It is refused, but nobody can tell what to mend."""
    with served(Strict(passport, contract)) as url:
        code, report = judged("mutate", url, "--model", model)
    (score,) = [each for each in report["findings"] if each["subject"] == "score"]
    kinds_ = score["details"]["kinds"]
    assert kinds_["dropped"]["carrier"]["refused"] == kinds_["dropped"]["carrier"]["sent"] > 0
    assert not sum(field["named"] for kind in kinds_.values() for field in kind.values())
    assert kinds(report, "breaks") <= {"key given twice"}
    assert (code, report["undecided"]) == (1, [])


def test_a_service_that_fails_is_an_error(contract: dict[str, Any], passport: dict[str, Any], model: Path) -> None:
    """A 500 is no refusal."""
    with served(Crashing(passport, contract)) as url:
        code, report = judged("mutate", url, "--model", model)
    assert (code, report["undecided"]) == (1, [])
    assert {"dropped", "NaN"} <= kinds(report, "risk")


def test_a_service_without_a_contract_is_an_error(passport: dict[str, Any], model: Path) -> None:
    """Nothing can be derived, so nothing is decided."""
    with served(Lax(passport, {"type": "string"})) as url:
        done = parity("mutate", url, "--model", model)
    assert (done.returncode, done.stdout) == (2, "")
    assert "contract cannot be read" in done.stderr
    assert "\n  remedy: " in done.stderr


def test_a_folder_without_windows_is_an_error(prod: Prod, model: Path, tmp_path: Path) -> None:
    """What no single row shows is then undecided, which is not parity."""
    passport = json.loads((model / "manifest.json").read_text())
    passport["files"] = {name: file for name, file in passport["files"].items() if not name.startswith("window-")}
    (tmp_path / "manifest.json").write_text(json.dumps(passport))
    code, report = judged("mutate", prod.url, "--model", tmp_path)
    assert code == 2
    assert "no windows" in report["undecided"][0]["reason"]


def test_a_batch_too_small_to_judge_is_refused(prod: Prod, model: Path) -> None:
    """With how many rows it takes."""
    rows: list[Row] = json.loads((model / "window-1.json").read_text())["instances"]
    with prod.client() as client:
        few, whole = (client.post("/check", json={"instances": part}) for part in (rows[:-1], rows))
    assert (few.status_code, whole.status_code) == (422, 200)
    assert f"{len(rows)} rows or more" in few.json()["detail"]
