"""A report says what it rests on, side by side."""

from typing import Any

import pytest

from shared.compare.report import Report
from shared.parity.formats import html, markdown, text
from shared.parity.formats.compared import size

SEEN: dict[str, Any] = {
    "python": {"executable": "/opt/venv/bin/python", "version": "3.13.5", "found": "CMD"},
    "packages": 37,
    "code": {"files": 1, "bytes": 1204, "folders": ["/app"]},
    "files": {"files": 2, "bytes": 5_400_000, "places": ["/app"]},
    "rest": {"files": 1204, "bytes": 61_000_000},
    "installed": False,
    "not_seen": [{"item": f"/data{number}", "reason": "too large"} for number in range(5)],
}
LINE = (
    "compared A: Python 3.13.5, /opt/venv/bin/python (CMD), 37 packages, 1 code file (1.2 kB), 2 other files (5.4 MB), "
    "1,204 further files by path and size (61.0 MB), not seen: /data0 (too large); /data1 (too large); "
    "/data2 (too large) and 2 more"
)
MEASURE = {"noise_floor": 1e-5, "tolerance": 1e-5, "threshold": 0.5, "labels": [], "moved": 0, "flipped": 0}


def test_each_side_has_a_line() -> None:
    """Which Python and how it was found, what was compared, and what was not and why; of the other nothing is known."""
    lines = text.render(Report("image:a", "image:b", (), compared={"a": SEEN, "b": {}}), 0).splitlines()
    assert lines[1:] == [LINE]


def test_how_answers_were_judged_is_reported() -> None:
    """With what the golden requests lack."""
    lacking = ("no request has text outside ASCII: add one, to clear packages regex",)
    report = Report("image:a", "image:b", (), (), 3, measure=MEASURE, lacking=lacking)
    assert text.render(report, 0).splitlines()[1:] == [
        "judged: numbers may move by 1.0e-05, allowed by --tolerance; positive from 0.5",
        f"golden requests lack: {lacking[0]}",
    ]


@pytest.mark.parametrize("render", [html.render, markdown.render])
def test_other_formats_tell_it_too(render: Any) -> None:
    """In their own spelling."""
    rendered = render(Report("image:a", "image:b", (), (), 3, compared={"a": SEEN}, measure=MEASURE), 0)
    assert "37 packages" in rendered
    assert "allowed by" in rendered


@pytest.mark.parametrize(("count", "words"), [(0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (5e12, "5.0 TB")])
def test_sizes(count: float, words: str) -> None:
    """In units of a thousand."""
    assert size(count) == words
