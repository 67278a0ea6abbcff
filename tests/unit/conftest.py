"""Fixtures for what runs in the image; tests of `shared/image` run on the host, without its packages."""

import importlib.util
import os
import shutil
import tempfile
from collections.abc import Iterator

import pytest

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
