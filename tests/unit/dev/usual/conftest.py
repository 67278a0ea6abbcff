"""Fixtures of the made-up world; not in a folder above, since tests of `dev/tracking` run without numpy."""

from tests.unit.dev.windows import known, normal, windows

__all__ = ["known", "normal", "windows"]
