"""Send April as it happened, hour by hour, then its outcomes; and ask the monitor."""

import datetime as dt
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from shared.lifecycle.traffic import Hour, Traffic, send_outcomes

MONTH = "2013-04"
URL = "http://prod:8000"


def watch():
    """The reasons of the monitor's verdict, as findings of the gate's form; skew would be another check."""
    with tempfile.TemporaryDirectory() as folder:
        _dev("dev.lifecycle.feed", "--folder", folder, MONTH)
        hours = [Hour(**json.loads(line)) for line in Path(folder, f"{MONTH}.jsonl").read_text().splitlines()]
    since = dt.datetime.now(dt.UTC).isoformat()
    with Traffic(URL, hours) as traffic:
        pass
    assert not traffic.failures, traffic.failures[0]
    sent = send_outcomes(URL, traffic.answers)
    verdict = json.loads(_dev("dev.monitor", "--format", "json", "--since", since))
    findings = []
    for reason in verdict["reasons"]:
        if reason["kind"] == verdict["verdict"]:
            found, _, usual = reason["what"].partition("; ")
            findings.append(
                {
                    "check": "drift" if reason["kind"] == "retrain" else reason["kind"],
                    "subject": " ".join([reason["test"], *reason["columns"]]),
                    "a": usual,
                    "b": found,
                    "severity": "risk",
                    "why": verdict["summary"],
                    "remedy": verdict["next"],
                }
            )
    symptom = f"{verdict['verdict']}, of {sent:,} flights: {verdict['summary']}"
    return {"report": {"findings": findings}, "symptom": symptom}


def _dev(module, *words):
    """The output of a program of dev's; the monitor's exit code is its verdict."""
    done = subprocess.run([sys.executable, "-m", module, *words], capture_output=True, text=True, cwd="/app")
    assert done.returncode in (0, 1), done.stderr
    return done.stdout
