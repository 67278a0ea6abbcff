"""The table of faults: the tests that it names are there."""

import re

from tests.integration.support.pages import ROOT

HELD = re.compile(r"`([\w/.-]+\.py)::(\w+)`")


def test_each_fault_is_held_by_a_test_that_is_there() -> None:
    """A test that was renamed or removed takes its row along."""
    rows = [line for line in (ROOT / "tests" / "README.md").read_text().splitlines() if "::" in line]
    assert len(rows) > 30
    for row in rows:
        for file, name in HELD.findall(row):
            assert f"\ndef {name}(" in (ROOT / "tests" / file).read_text(), row
        assert HELD.search(row), row
