"""Benign differences: a gate that cries wolf gets switched off."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from shared.compare.facts.masks import NOT_RECORDED
from shared.parity.sources.bundle import bundle
from tests.unit.shared.compare.sides import GONE, OTHER, Facts, changed, found, package, serious


def backwards(value: dict[str, Any]) -> dict[str, Any]:
    """The same, in another order."""
    return dict(reversed(value.items()))


CONTROLS: dict[str, list[tuple[str, Any]]] = {
    "host name": [("user/host", "another")],
    "user id": [("user/uid", 0)],
    "working folder's name": [("user/folder", "/srv/service"), ("variables/HOME", "/srv")],
    "image rebuilt": [("image", "sha256:other"), ("python/build", "main Jan 1 2027")],
    "layers squashed, another storage": [("image", "sha256:squashed")],
    "another release of the same system": [("system/version", "13.2"), ("system/name", "Debian 13.2")],
    "extra system package": [("libraries/libcurl.so", OTHER), ("libraries/libgomp.so", OTHER)],
    "security update of OpenSSL": [("libraries/libcrypto.so", OTHER)],
    "kernel": [("system/kernel", "4.19.0")],
    "more memory": [("memory", "68719476736")],
    "more CPUs": [("threads/cpus", 64), ("threads/usable", 64), ("threads/cgroup_cpu", "max 100000")],
    "more BLAS threads": [("blas", lambda pools: [{**pool, "num_threads": 64} for pool in pools])],
    "another CPU of the same features": [("cpu/model", "Xeon")],
    "pip": [("packages/pip", package("99", modules=["pip"])), ("variables/PYTHON_PIP_VERSION", "99")],
    "setuptools and what it puts on the path": [("packages/setuptools", package(modules=["setuptools"]))],
    "installed by another tool": [("packages/numpy/source", "pip"), ("packages/numpy/location", "/elsewhere")],
    "order of packages": [("packages", backwards), ("code", backwards), ("variables", backwards)],
    "patch release off the path": [("packages/unused/version", "1.0.1")],
    "notebook tools in dev": [("packages/jupyterlab", package(modules=["jupyterlab"]))],
    "plotting in dev": [("packages/matplotlib", package(modules=["matplotlib"]))],
    "patch release of Python": [("python/version", "3.13.99"), ("variables/PYTHON_VERSION", "3.13.99")],
    "logs": [("variables/PYTHONUNBUFFERED", GONE), ("variables/TF_CPP_MIN_LOG_LEVEL", "3")],
    "workers and threads": [("variables/PARITY_WORKERS", "8"), ("variables/OMP_NUM_THREADS", "1")],
    "UTC set explicitly": [("variables/TZ", "Etc/UTC"), ("time_zone/winter", "GMT +0"), ("time_zone/summer", "GMT +0")],
    "the same locale under another name": [("variables/LC_ALL", "C.utf8"), ("locale/effective", "C.utf8")],
    "time zones from the system": [("tz_data/system", "version 2026b"), ("tz_data/path", ["/usr/share/zoneinfo"])],
    "addresses": [("variables/DATABASE_URL", "db://prod"), ("variables/PORT", "80"), ("variables/LOG_LEVEL", "info")],
    "secrets that one side has": [("variables/API_KEY", NOT_RECORDED)],
    "LC_ALL=C, which makes Python use UTF-8": [("variables/LC_ALL", "C"), ("python/utf8_mode", 1)],
    "PYTHONPATH that names the working folder": [("variables/PYTHONPATH", "/app")],
    "files of tools": [("files/pyproject.toml", OTHER), ("files/uv.lock", OTHER), ("files/build-info.json", OTHER)],
    "training code alone": [("code/dev", OTHER)],
}


@pytest.fixture(scope="module")
def base(taken: Facts) -> Facts:
    """The snapshot, with one package that nothing imports."""
    return changed(taken, ("image", "sha256:one"), ("packages/unused", package()))


@pytest.mark.parametrize("changes", CONTROLS.values(), ids=CONTROLS)
def test_benign_difference_raises_nothing_above_a_note(base: Facts, changes: list[tuple[str, Any]]) -> None:
    """Differences that change no prediction."""
    assert serious(found(base, changed(base, *changes))) == []
    assert serious(found(changed(base, *changes), base)) == []


def test_all_benign_differences_at_once(base: Facts) -> None:
    """Nor do they in company."""
    assert serious(found(base, changed(base, *(change for changes in CONTROLS.values() for change in changes)))) == []


def test_real_benign_changes(taken: Facts) -> None:
    """A process of its own, which has imported nothing, with other variables, is the environment of this one."""
    own = {"UNRELATED": "1", "PYTHONUNBUFFERED": "", "TZ": "UTC", "LC_ALL": "C.utf8", "OMP_NUM_THREADS": "1"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KMP_")}  # scikit-learn sets them
    command = [sys.executable, "-B", "-"]
    done = subprocess.run(command, input=bundle(), capture_output=True, env={**kept, **own}, check=True)
    assert serious(found(taken, json.loads(done.stdout)["facts"])) == []
