from typing import Any

from dev.tracking import facts

PASSPORT: dict[str, Any] = {
    "version": "20261126T114321-d845f0fb",
    "files": {"model.skops": {"sha256": "d845"}},
    "image": {"id": "sha256:1", "base": "registry x", "lock_sha256": "2", "revision": "abc-dirty"},
    "data": {
        "name": "flights",
        "sha256": "3",
        "files": {"flights.csv": {"rows": 5, "sha256": "4"}},
        "prepared": {"kept": 4, "read": 5},
    },
    "parameters": {"model": {"learning_rate": 0.06, "seed": 0}, "sample": None},
    "metrics": {
        "rows": 3,
        "share": 0.25,
        "model": {"roc_auc": 0.75, "curve": [], "confusion": {"true_positive": 1}},
        "baseline": {"roc_auc": 0.5, "calibration": []},
    },
    "threshold": 0.27,
    "golden": {"noise_floor": 1e-15},
    "contract_sha256": "5",
    "environment": {},
}


def test_parameters_have_dotted_names() -> None:
    """Also one that is not set."""
    assert facts.parameters(PASSPORT) == {"model.learning_rate": "0.06", "model.seed": "0", "sample": "null"}


def test_the_baseline_stands_beside_the_model() -> None:
    """Only numbers are metrics: curves and tables are in the passport and the plots."""
    assert facts.metrics(PASSPORT) == {
        "roc_auc": 0.75,
        "roc_auc_baseline": 0.5,
        "threshold": 0.27,
        "test_rows": 3,
        "share": 0.25,
        "noise_floor": 1e-15,
    }


def test_classes_have_a_share_each_and_no_threshold() -> None:
    """And a number has neither, but a mean."""
    measured = {**PASSPORT["metrics"], "shares": {"a": 0.25, "b": 0.75}}
    del measured["share"]
    found = facts.metrics({**PASSPORT, "metrics": measured, "threshold": None})
    assert (found["share.a"], found["share.b"]) == (0.25, 0.75)
    assert "threshold" not in found
    number = facts.metrics({**PASSPORT, "metrics": {**measured, "shares": {}, "mean": 3.5}, "threshold": None})
    assert number["mean"] == 3.5


def test_tags_say_where_the_model_comes_from() -> None:
    """The commit, for MLflow's link, is one that Git knows; a tag keeps that files differed from it."""
    tags = facts.tags(PASSPORT)
    assert tags[facts.VERSION] == "20261126T114321-d845f0fb"
    assert (tags["parity.code_revision"], tags["mlflow.source.git.commit"]) == ("abc-dirty", "abc")
    assert [tags[f"parity.{name}_sha256"] for name in ("model", "data", "lock", "contract")] == ["d845", "3", "2", "5"]
    assert (tags["parity.image_id"], tags["parity.image_base"]) == ("sha256:1", "registry x")
