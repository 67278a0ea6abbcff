"""Code that differs is cleared where what differs of it ran."""

import subprocess
import sys
from pathlib import Path

import pytest

from shared.compare.report import Finding, Severity
from shared.parity.replay import run
from shared.parity.replay.inside import functions
from shared.parity.replay.side import Side
from shared.parity.replay.watch import PROGRAM, Seen, read

CODE = """def score(x):
    \"\"\"A score.\"\"\"
    if x > 9:
        return 9.0  # at most
    return (
        x
        + 1
    )


print(score(1))
"""
FINDING = Finding("code", "shop.py", "a", "b", Severity.RISK, "", "", details={"files": ["shop.py"]})


def side(folder: Path, code: str, lines: bool = True) -> Side:
    """The code, and what of it a witness saw."""
    (folder / "app").mkdir(parents=True)
    (folder / "witness/seen").mkdir(parents=True)
    (folder / "witness/sitecustomize.py").write_bytes(PROGRAM)
    (folder / "app/shop.py").write_text(code)
    path = str(folder / "app/shop.py")
    environment = {"PYTHONPATH": str(folder / "witness")}
    subprocess.run([sys.executable, path], check=True, capture_output=True, env=environment)
    seen = read("".join(file.read_text() for file in (folder / "witness/seen").iterdir()))
    assert seen is not None
    seen = seen if lines else Seen(seen.modules, seen.code)
    return Side("image:x", None, seen=seen, _functions={path: functions.functions(code.encode())})


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("return 9.0", "return 8.0", ["line 4 of shop.py"]),
        ("# at most", "# at the most", ["line 4 of shop.py"]),
        ("x > 9", "x > 8", []),
        ("+ 1", "+ 1.0", []),
        ("A score.", "The score.", []),
        ("        return 9.0  # at most\n", "        x = 9\n        return 9.0  # at most\n", ["line 4 of shop.py"]),
        ("    if x", "    x += 0\n    if x", []),
    ],
)
def test_a_statement_that_differs_must_have_run(tmp_path: Path, old: str, new: str, expected: list[str]) -> None:
    """It is not enough that its function was called."""
    sides = side(tmp_path / "a", CODE), side(tmp_path / "b", CODE.replace(old, new))
    assert run.unreached(FINDING, *sides) == expected


def test_where_only_calls_were_watched_they_count(tmp_path: Path) -> None:
    """As in what was recorded by an older release."""
    sides = side(tmp_path / "a", CODE, lines=False), side(tmp_path / "b", CODE.replace("9.0", "8.0"), lines=False)
    assert run.unreached(FINDING, *sides) == []
