"""Fixtures for what runs in the image; tests of `shared/image` run on the host, without its packages."""

import importlib.util

if importlib.util.find_spec("hypothesis"):
    import hypothesis

    from tests.unit.tiny import model, trained

    __all__ = ["model", "trained"]

    # The container is read-only; the same examples each time, so that a red build stays red.
    hypothesis.settings.register_profile("image", database=None, derandomize=True, deadline=None)
    hypothesis.settings.load_profile("image")
