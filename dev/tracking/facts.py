"""What MLflow records of a model, from its passport."""

from typing import Any

from shared import lineage

VERSION = "parity.version"
"""The tag that a run is found by."""


def parameters(passport: dict[str, Any]) -> dict[str, str]:
    """The parameters of training, by dotted name."""
    return dict(lineage.inputs(passport)["parameters"])


def metrics(passport: dict[str, Any]) -> dict[str, float]:
    """The scores of the model and of the baseline, and what they were measured on."""
    measured = passport["metrics"]
    return {
        **_scores(measured["model"]),
        **{f"{name}_baseline": value for name, value in _scores(measured["baseline"]).items()},
        **({} if passport["threshold"] is None else {"threshold": passport["threshold"]}),
        "test_rows": measured["rows"],
        **_about(measured),
        "noise_floor": passport["golden"]["noise_floor"],
    }


def tags(passport: dict[str, Any]) -> dict[str, str]:
    """Where the model comes from."""
    image = passport["image"]
    return {
        VERSION: passport["version"],
        "parity.model_sha256": passport["files"]["model.skops"]["sha256"],
        "parity.data_sha256": passport["data"]["sha256"],
        "parity.code_revision": image["revision"],
        "parity.image_id": image["id"],
        "parity.image_base": image["base"],
        "parity.lock_sha256": image["lock_sha256"],
        "parity.contract_sha256": passport["contract_sha256"],
        # MLflow's own names, which its page shows.
        "mlflow.source.name": "dev.train",
        "mlflow.source.git.commit": image["revision"].removesuffix("-dirty"),
    }


def _about(measured: dict[str, Any]) -> dict[str, float]:
    """What there was to find: of a yes or no the share of yes, the share of each class, or mean and deviation."""
    shares = {f"share.{name}": share for name, share in measured.get("shares", {}).items()}
    return {**_scores(measured), **shares}


def _scores(measured: dict[str, Any]) -> dict[str, float]:
    return {name: value for name, value in measured.items() if isinstance(value, float)}
