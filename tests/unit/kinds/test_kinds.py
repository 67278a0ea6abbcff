"""Problems of other kinds, served: one of several classes, and a number; rows of all kinds of field, without a time."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.unit.kinds import targets

HERE = Path(__file__).parent
SAMPLE = {
    "town": "Genf",
    "size": "small",
    "insured": True,
    "fragile": None,
    "pieces": 2,
    "weight": 1.5,
    "value": None,
}


def served(place: Path, target: str) -> dict[str, Any]:
    """What a project with that target says: see `tests/unit/kinds/serve.py`."""
    for folder in ("shared", "dev", "prod"):
        shutil.copytree(folder, place / folder, ignore=shutil.ignore_patterns("__pycache__", "tracking", "image"))
    shutil.copytree(HERE, place / "tests" / "unit" / "kinds")
    shutil.copy("pyproject.toml", place)
    problem = place / "shared" / "problem"
    shutil.rmtree(problem)
    shutil.copytree(HERE / "problem", problem)
    (problem / "target.py").write_text(target)
    (place / "metrics").mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "tests.unit.kinds.serve", str(place / "artifacts")],
        cwd=place,
        env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(place / "metrics"), "PYTHONPATH": str(place)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answered: dict[str, Any] = json.loads(done.stdout[done.stdout.index('{"golden"') :])
    return answered


@pytest.fixture(scope="module")
def classes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What becomes of parcels: a van, a bike or a train."""
    return served(tmp_path_factory.mktemp("classes"), targets.MULTICLASS)


@pytest.fixture(scope="module")
def number(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What their customers pay."""
    return served(tmp_path_factory.mktemp("number"), targets.REGRESSION)


def test_a_class_is_answered_with_its_probabilities(classes: dict[str, Any]) -> None:
    """All of them, in the order of the target; the class is the likeliest."""
    first, second = classes["sample"]["predictions"]
    (scores,) = classes["scores"]
    assert first == second
    assert first["carried"] == "van"
    assert list(first["carried_probabilities"]) == ["van", "bike", "train"]
    assert list(first["carried_probabilities"].values()) == pytest.approx(scores, abs=1e-12)
    assert sum(scores) == pytest.approx(1)


def test_a_number_is_answered_alone(number: dict[str, Any]) -> None:
    """Under the target's name."""
    first, _ = number["sample"]["predictions"]
    assert first == {"price": pytest.approx(number["scores"][0][0])}
    assert first["price"] == pytest.approx(101_500, rel=1e-3)


def test_outcomes_are_of_the_target(classes: dict[str, Any], number: dict[str, Any]) -> None:
    """A truth that cannot be is refused, with what it may be."""
    for shown in (classes, number):
        (good, answer), (bad, problem) = shown["outcomes"]
        assert (good, answer) == (200, {"recorded": 1, "unknown": 0, "unknown_first": []})
        assert (bad, problem["title"]) == (422, "The request breaks the contract")
    (error,) = classes["outcomes"][1][1]["errors"]
    assert (error["expected"], error["got"]) == ("one of van, bike, train", '"no such truth"')
    assert "float" in json.dumps(number["outcomes"][1][1])


def test_the_log_holds_what_was_answered(classes: dict[str, Any], number: dict[str, Any]) -> None:
    """Instance, scores, label and truth, as JSON."""
    for shown, truth in ((classes, "bike"), (number, 7.5)):
        (first, second) = shown["logged"]
        instance, scores, label, known = map(json.loads, first)
        answered = shown["sample"]["predictions"][0]
        assert instance == SAMPLE
        assert len(scores) == len(shown["scores"][0])
        assert label == next(iter(answered.values()))
        assert known == truth
        assert second[3] is None


def test_golden_answers_hold_within_a_floor_of_their_size(classes: dict[str, Any], number: dict[str, Any]) -> None:
    """Numbers of a hundred thousand have another last bit than probabilities."""
    assert classes["golden"] <= 1e-12
    assert number["golden"] <= 1e-6
    assert list(classes["stages"])[-1] == "probability"
    assert classes["stages"]["probability"] == [f"carried_probabilities.{name}" for name in ("van", "bike", "train")]
    assert number["stages"]["prediction"] == ["price"]


def test_the_page_is_of_the_kind(classes: dict[str, Any], number: dict[str, Any]) -> None:
    """A confusion of all classes; a mean in its unit; every field has an input, truth values a choice."""
    for shown in (classes, number):
        assert "What becomes of this parcel?" in shown["page"]
        assert all(f'name="{name}"' in shown["page"] for name in SAMPLE)
        assert "None" not in shown["page"].replace('data-threshold="None"', "")
        assert "data-truth" in shown["page"]
    assert all(f"predicted {name}" in classes["page"] for name in ("van", "bike", "train"))
    assert "Accuracy" in classes["page"]
    assert "Root mean squared error" in number["page"]
    assert "€ on average" in number["page"]


def test_the_api_is_described_by_kind(classes: dict[str, Any], number: dict[str, Any]) -> None:
    """Fields of an answer and of an outcome."""
    answer, outcome = (classes["openapi"]["components"]["schemas"][name] for name in ("Prediction", "Outcome"))
    assert {*answer["properties"]} == {"carried", "carried_probabilities", "unseen", "outside"}
    assert answer["properties"]["carried"]["enum"] == ["van", "bike", "train"]
    assert "carried" in outcome["required"]
    price = number["openapi"]["components"]["schemas"]["Prediction"]["properties"]["price"]
    assert (price["type"], price["description"]) == ("number", "what the customer pays, in EUR")


def test_metrics_count_by_class_or_not_at_all(classes: dict[str, Any], number: dict[str, Any]) -> None:
    """A number has too many values for a label."""
    assert 'carried="van"' in classes["metrics"]
    (line,) = [each for each in number["metrics"].splitlines() if each.startswith("parity_predictions_total")]
    assert "price" not in line
    assert line.endswith(" 2.0")


def test_contract_and_window_know_all_kinds_of_field(classes: dict[str, Any]) -> None:
    """A text for a truth value is refused; rows like those of training are as usual."""
    assert classes["refused"]["errors"] == [
        {"row": 0, "field": "insured", "expected": "true or false", "got": '"yes" (text)'}
    ]
    assert classes["checked"]["findings"] == []


def test_the_passport_is_shown_by_kind(classes: dict[str, Any], number: dict[str, Any]) -> None:
    """Without a threshold; with shares of classes, or the mean."""
    assert "carried, what carries it (multiclass)" in classes["shown"]
    assert "% van" in classes["shown"]
    assert "EUR on average" in number["shown"]
    assert "threshold" not in classes["shown"] + number["shown"]
