"""April as it came, hour by hour, then what became of the flights; and what the monitor makes of it."""

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

from dev.lifecycle.traffic import Hour, Traffic, tell

MONTH = "2013-04"
URL = "http://prod:8000"


def watch():
    """What the monitor finds, as findings of the gate's form: drift, or skew."""
    _dev("dev.lifecycle.feed", "--folder", "/tmp", MONTH)
    hours = [Hour(**json.loads(line)) for line in Path(f"/tmp/{MONTH}.jsonl").read_text().splitlines()]
    since = dt.datetime.now(dt.UTC).isoformat()
    with Traffic(URL, hours) as traffic:
        pass
    assert not traffic.failures, traffic.failures[0]
    told = tell(URL, traffic.answers)
    said = json.loads(_dev("dev.monitor", "--format", "json", "--since", since))
    kinds = {"retrain": "drift", "skew": "skew"}
    findings = [
        {
            "check": kinds[reason["kind"]],
            "subject": " ".join([reason["test"], *reason["columns"]]),
            "a": f"{reason['low']} to {reason['high']} is usual",
            "b": str(reason["value"]),
            "severity": "risk",
            "why": reason["what"],
            "remedy": said["next"],
        }
        for reason in said["reasons"]
        if reason["kind"] in kinds
    ]
    return {"report": {"findings": findings}, "symptom": f"{said['verdict']}, of {told:,} flights: {said['summary']}"}


def _dev(module, *words):
    """What a program of dev's prints; the monitor's exit code is its verdict."""
    done = subprocess.run([sys.executable, "-m", module, *words], capture_output=True, text=True, cwd="/app")
    assert done.returncode in (0, 1), done.stderr
    return done.stdout
