"""One real snapshot, which the tests change."""

import pytest

from shared.compare import facts
from tests.unit.shared.compare.sides import Facts, changed, package


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
