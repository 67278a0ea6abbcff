"""April as it came, hour by hour, then what became of the flights; and what the monitor makes of it."""

import datetime as dt
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from shared.lifecycle.traffic import Hour, Traffic, tell

MONTH = "2013-04"
URL = "http://prod:8000"


def watch():
    """What the verdict of the monitor rests on, as findings of the gate's form; skew would be another check."""
    with tempfile.TemporaryDirectory() as folder:
        _dev("dev.lifecycle.feed", "--folder", folder, MONTH)
        hours = [Hour(**json.loads(line)) for line in Path(folder, f"{MONTH}.jsonl").read_text().splitlines()]
    since = dt.datetime.now(dt.UTC).isoformat()
    with Traffic(URL, hours) as traffic:
        pass
    assert not traffic.failures, traffic.failures[0]
    told = tell(URL, traffic.answers)
    said = json.loads(_dev("dev.monitor", "--format", "json", "--since", since))
    findings = []
    for reason in said["reasons"]:
        if reason["kind"] == said["verdict"]:
            found, _, usual = reason["what"].partition("; ")
            findings.append(
                {
                    "check": "drift" if reason["kind"] == "retrain" else reason["kind"],
                    "subject": " ".join([reason["test"], *reason["columns"]]),
                    "a": usual,
                    "b": found,
                    "severity": "risk",
                    "why": said["summary"],
                    "remedy": said["next"],
                }
            )
    return {"report": {"findings": findings}, "symptom": f"{said['verdict']}, of {told:,} flights: {said['summary']}"}


def _dev(module, *words):
    """What a program of dev's prints; the monitor's exit code is its verdict."""
    done = subprocess.run([sys.executable, "-m", module, *words], capture_output=True, text=True, cwd="/app")
    assert done.returncode in (0, 1), done.stderr
    return done.stdout
