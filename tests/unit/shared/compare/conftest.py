"""Snapshots: a real one, which the tests change, and those that a Python of its own takes."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from shared.compare import facts
from shared.parity.sources.bundle import bundle
from tests.unit.shared.compare.sides import Facts, changed, package

PROGRAM = bundle().decode()


def run(
    text: str, folder: Path | str = "/", *options: str, known: Mapping[str, Any] | None = None, **variables: str
) -> Facts:
    """The facts that a Python of its own finds in a folder, given the program as `text` and what is known already."""
    command = [sys.executable, "-B", *options, "-", *([] if known is None else [json.dumps(known)])]
    env = {"PATH": os.environ["PATH"], **variables}
    done = subprocess.run(command, input=text, capture_output=True, text=True, cwd=folder, env=env)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])["facts"]


@pytest.fixture(scope="session")
def taken() -> Facts:
    """The facts of the environment that the tests run in; tests leave them as they are."""
    return facts.snapshot()["facts"]


@pytest.fixture(scope="module")
def base(taken: Facts) -> Facts:
    """The snapshot with one more of each kind, so that each fact has something to change."""
    return changed(
        taken,
        ("image", "sha256:one"),
        ("contract", "c" * 64),
        ("served", {"version": "20260101T000000-aaaaaaaa", "files": {"model.skops": "a" * 64}}),
        ("packages/unused", package()),
        ("packages/pip", package("24.0", modules=["pip"])),
    )
