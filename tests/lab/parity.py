"""The project's own command line, as a user types it, with its report as JSON."""

import json
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any

from tests.lab import assets
from tests.lab.sandbox import ROOT

SERIOUS = ("breaks", "risk")
Report = dict[str, Any]
Finding = dict[str, Any]


def snapshot(container: str, folder: Path, *, model: bool) -> Path:
    """A snapshot of a container, in a file; with its answers to golden requests if `model`."""
    path = folder / f"{container[:12]}.json"
    done = _parity("snapshot", f"container:{container}", *_model(model), "--output", str(path))
    assert done.returncode == 0, done.stderr
    return path


def gate(a: Path, b: Path, *, model: bool) -> Report:
    """The gate's report on two snapshots."""
    return _report(_parity("gate", f"file:{a}", f"file:{b}", *_model(model), "--format", "json"))


def replay(url: str) -> Report:
    """The report of a replay over HTTP."""
    return _report(_parity("replay", url, *_model(True), "--format", "json"))


def serious(report: Report, without: Collection[str] = ()) -> list[Finding]:
    """Findings above a note, apart from those of the checks in `without`."""
    return [
        finding for finding in report["findings"] if finding["severity"] in SERIOUS and finding["check"] not in without
    ]


def lines(findings: list[Finding]) -> list[str]:
    """Findings, one per line."""
    return ["{severity} {check}: {subject}: {a} | {b}".format(**finding) for finding in findings]


def _report(done: subprocess.CompletedProcess[str]) -> Report:
    assert done.stdout, done.stderr
    return dict(json.loads(done.stdout))


def _parity(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "shared.parity", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)


def _model(replayed: bool) -> tuple[str, ...]:
    return ("--model", str(assets.MODEL)) if replayed else ()
