"""Generated requests: whatever is sent, it is not the server that fails."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.lab.sandbox import ROOT, Sandbox
from tests.soak.box import serving
from tests.soak.figure import Figure

PROGRAM = Path(__file__).parent / "inside" / "cases.py"
CASES, LIMIT_SECONDS = 10_000, 3600


def run(box: Sandbox) -> Iterator[Figure]:
    """10,000 cases for each operation of the service's own OpenAPI document, or as many as there are in ten minutes."""
    with serving(box) as prod:
        command = [ROOT / ".cache" / "soak" / "bin" / "python", PROGRAM, prod.url, str(CASES)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=LIMIT_SECONDS)
    for operation, statuses in json.loads(done.stdout.splitlines()[-1]).items():
        sent = sum(statuses.values())
        errors = sum(count for status, count in statuses.items() if not status.isdigit() or status >= "500")
        answers = ", ".join(f"{count:,} × {status}" for status, count in sorted(statuses.items()))
        yield Figure(f"server errors, `{operation}`", f"{sent:,} cases: {answers}", f"{errors}", "0", not errors)
