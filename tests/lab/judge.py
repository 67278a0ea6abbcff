"""The project's own command line, as a user types it, with its verdict as JSON."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.lab import assets
from tests.lab.sandbox import ROOT

SERIOUS = ("breaks", "risk")
DISABLE = """
import sys
from shared.compare import checks, predictions
from shared.parity import service
from shared.parity.__main__ import main
from shared.compare.report import Report
for name in sys.argv.pop(1).split(","):
    checks.CHECKS.pop(name, None)
    if name == "predictions":
        predictions.compare = lambda *_: []
    if name == "replay":
        service.Report = lambda model, url, _, *rest: Report(model, url, (), *rest)
sys.exit(main())
"""


def snapshot(container: str, folder: Path, *, model: bool) -> Path:
    """A snapshot of a container, in a file; with its answers to golden requests where there is a model."""
    path = folder / f"{container[:12]}.json"
    done = parity("snapshot", f"container:{container}", *_model(model), "--output", str(path))
    assert done.returncode == 0, done.stderr
    return path


def gate(a: Path, b: Path, *, model: bool, without: Sequence[str] = ()) -> dict[str, Any]:
    """What the gate says of two snapshots, as JSON; `without` names checks to leave out."""
    done = parity("gate", f"file:{a}", f"file:{b}", *_model(model), "--format", "json", without=without)
    assert done.stdout, done.stderr
    return dict(json.loads(done.stdout))


def replay(url: str, *, without: Sequence[str] = ()) -> dict[str, Any]:
    """What a replay over HTTP says, as JSON."""
    done = parity("replay", url, *_model(True), "--format", "json", without=without)
    assert done.stdout, done.stderr
    return dict(json.loads(done.stdout))


def parity(*arguments: str, without: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
    """The project's own command line, with some checks taken out of it first."""
    command = [sys.executable, "-c", DISABLE, ",".join(without), *arguments]
    if not without:
        command = [sys.executable, "-m", "shared.parity", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)


def _model(there: bool) -> tuple[str, ...]:
    return ("--model", str(assets.MODEL)) if there else ()


def serious(report: dict[str, Any]) -> list[dict[str, Any]]:
    """Findings above a note."""
    return [each for each in report["findings"] if each["severity"] in SERIOUS]


def texts(findings: list[dict[str, Any]]) -> list[str]:
    """Findings in a line each."""
    return [f"{each['severity']} {each['check']}: {each['subject']}: {each['a']} | {each['b']}" for each in findings]
