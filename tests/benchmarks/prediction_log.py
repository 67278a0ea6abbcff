"""What does the prediction log cost? Requests a second with it and without it, in turns, on one machine.

Needs an image and data (make image data), and a machine that does nothing else for nine minutes:

    .venv/bin/python -m tests.benchmarks.prediction_log
"""

import json
import math
import statistics
import subprocess
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.harness.sandbox import ROOT, SAMPLE, Prod, sandbox

TURNS = 12
SECONDS = 20  # tests/harness/load.py asks for so long
OVERLAY = 'services: {prod: {environment: {PARITY_LOG_BYTES: "0"}}}\n'


def main() -> None:
    """Measure, print a table."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        box = stack.enter_context(sandbox(Path(name)))
        done = box.dev("python3", "-m", "dev.train", "--sample", str(SAMPLE))
        assert done.returncode == 0, done.stderr
        overlay = Path(name) / "overlay.yml"
        overlay.write_text(OVERLAY)
        sides = {
            "with": stack.enter_context(box.prod(project="with")),
            "without": stack.enter_context(box.prod(overlay, project="without")),
        }
        for prod in sides.values():
            rate(prod)  # warm
        rates: dict[str, list[float]] = {"with": [], "without": []}
        for turn in range(TURNS):
            for side in sorted(sides, reverse=bool(turn % 2)):
                rates[side].append(rate(sides[side]))
                print(f"turn {turn + 1} {side:8} {rates[side][-1]:7.1f} requests/s", flush=True)
        share = [1 - with_ / without for with_, without in zip(rates["with"], rates["without"], strict=True)]
        error = statistics.stdev(share) / math.sqrt(TURNS)
        print(f"cost: {statistics.mean(share):.1%} on average, with a standard error of {error:.1%}")


def rate(prod: Prod) -> float:
    """Requests a second that one prod answers."""
    inspect = ["docker", "inspect", "--format", "{{json .}}", prod.container]
    told = json.loads(subprocess.run(inspect, check=True, capture_output=True, text=True, timeout=30).stdout)
    ((network, place),) = told["NetworkSettings"]["Networks"].items()
    body = json.dumps(json.loads((ROOT / "shared" / "sample_request.json").read_text()))
    command = ["docker", "run", "--rm", "--interactive", "--network", network, told["Image"], "python3", "-"]
    with (ROOT / "tests" / "harness" / "load.py").open() as script:
        done = subprocess.run(
            [*command, place["IPAddress"], body], stdin=script, check=True, capture_output=True, text=True, timeout=60
        )
    return float(json.loads(done.stdout.splitlines()[-1])["answered"]) / SECONDS


if __name__ == "__main__":
    main()
