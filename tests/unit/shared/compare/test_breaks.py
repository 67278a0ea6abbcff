"""Breaks that were met in the field and that two environments can show, each caught by the check that names its cause.

Breaks of data, of feature code and of a running service do not show in an environment: `tests/scenarios` runs those.
"""

from typing import Any

import pytest

from tests.unit.shared.compare.sides import Facts, changed, found, serious

OTHER = "f" * 64
Change = tuple[str, Any]


def release(name: str, ours: str, theirs: str) -> tuple[list[Change], list[Change]]:
    """One package in two releases, on the path of the model."""

    def as_version(version: str) -> list[Change]:
        package = {"version": version, "sha256": version.ljust(64, "0"), "missing_files": 0, "source": "pip"}
        record = {**package, "location": "/site-packages", "modules": [MODULES.get(name, name)], "requires": []}
        return [(f"packages/{name}", record)]

    return as_version(ours), as_version(theirs)


def fact(path: str, ours: Any, theirs: Any) -> tuple[list[Change], list[Change]]:
    """One fact with two values."""
    return [(path, ours)], [(path, theirs)]


MODULES = {"scikit-learn": "sklearn"}
BREAKS: dict[str, tuple[tuple[list[Change], list[Change]], str]] = {
    "times count other units: pandas 2 and 3": (release("pandas", "2.3.3", "3.0.6"), "packages"),
    "text is no longer object: pandas 2 and 3": (release("pandas", "2.3.3", "3.1.1"), "packages"),
    "one format for all dates, None becomes NaN, dummies become bool: pandas 1 and 2": (
        release("pandas", "1.5.3", "2.3.3"),
        "packages",
    ),
    "a forest no longer refuses NaN: scikit-learn 1.3 and 1.4": (
        release("scikit-learn", "1.3.2", "1.4.2"),
        "packages",
    ),
    "a pickle's idf is dropped: scikit-learn before and since 1.5": (
        release("scikit-learn", "1.4.2", "1.7.2"),
        "packages",
    ),
    "AdaBoost is read as SAMME: scikit-learn before and since 1.6": (
        release("scikit-learn", "1.5.2", "1.7.2"),
        "packages",
    ),
    "trees' nodes have another dtype: scikit-learn before and since 1.3": (
        release("scikit-learn", "1.2.2", "1.3.2"),
        "packages",
    ),
    "bin edges move: scikit-learn 1.8 and 1.9": (release("scikit-learn", "1.8.0", "1.9.1"), "packages"),
    "a pickle of numpy 2 on numpy 1": (release("numpy", "2.3.5", "1.26.4"), "packages"),
    "an encoder that Flask no longer calls": (release("flask", "2.2.5", "3.1.2"), "packages"),
    "numexpr is installed on one side": (([], release("numexpr", "2.14.2", "2.14.2")[1]), "packages"),
    "bottleneck is installed on one side": (([], release("bottleneck", "1.6.0", "1.6.0")[1]), "packages"),
    "pyarrow is installed on one side": (([], release("pyarrow", "22.0.0", "22.0.0")[1]), "packages"),
    "an enum formats otherwise: Python 3.10 and 3.11": (fact("python/version", "3.10.13", "3.11.7"), "python"),
    "the hash seed differs": (fact("python/hash_seed", "0", "random"), "python"),
    "New York on the laptop, UTC in the container": (fact("time_zone/offsets_sha256", OTHER, "0" * 64), "system"),
    "files are read as cp1252": (fact("encoding/open", "cp1252", "utf-8"), "system"),
    "files are read as ASCII": (fact("encoding/open", "ascii", "utf-8"), "system"),
    "ties sort otherwise without AVX-512": (fact("numpy/features", ["AVX2", "AVX512F"], ["AVX2"]), "numeric"),
    "another BLAS kernel": (
        fact(
            "blas",
            *([{"user_api": "blas", "architecture": name, "num_threads": 1}] for name in ("Haswell", "SkylakeX")),
        ),
        "numeric",
    ),
    "a threshold that only .env has": (([("variables/DECISION_THRESHOLD", "0.35")], []), "settings"),
    "a function changed after it was pickled by name": (fact("code/shared", OTHER, "0" * 64), "code"),
    "features written a second time": (fact("code/prod", OTHER, "0" * 64), "code"),
    "a stale model in the image": (
        fact("files", {"model.pkl": OTHER}, {"model.pkl": "0" * 64}),
        "files",
    ),
    "the model loads, and fails at its first prediction": (
        ([], [("failure", {"what": "fails", "evidence": "AttributeError: _fill_dtype", "remedy": "make dev"})]),
        "model",
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_break_is_caught(taken: Facts, name: str) -> None:
    """The check that names the cause finds it, and no other check cries with it."""
    (ours, theirs), check = BREAKS[name]
    findings = serious(found(changed(taken, *ours), changed(taken, *theirs)))
    assert [finding.check for finding in findings] == [check]
