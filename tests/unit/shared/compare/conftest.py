"""One real snapshot, which the tests change."""

import pytest

from shared.compare import facts
from tests.unit.shared.compare.sides import Facts


@pytest.fixture(scope="session")
def taken() -> Facts:
    """The facts of the environment that the tests run in; tests leave them as they are."""
    return facts.snapshot()["facts"]
