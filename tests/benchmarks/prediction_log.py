"""What does the prediction log cost? CPU time per request, and requests per second, with it and without it, in turns.

A second prod without it shows how much two identical services differ. `prediction_log_row.py` measures the writing
alone. Needs an image and data (make image data), and a machine that does nothing else for eight minutes:

    .venv/bin/python -m tests.benchmarks.prediction_log
"""

import json
import math
import statistics
import subprocess
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import docker

from tests.lab.sandbox import ROOT, SAMPLE, Prod, sandbox

TURNS = 6
SECONDS = 20  # as tests/integration/support/load.py has it
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
            "same": stack.enter_context(box.prod(overlay, project="same")),
        }
        for prod in sides.values():
            measure(prod)  # warm
        turns = []
        for turn in range(TURNS):
            measured = {}
            for side in sorted(sides, reverse=bool(turn % 2)):
                cpu, rate = measured[side] = measure(sides[side])
                print(f"turn {turn + 1} {side:8} {cpu:6.2f} ms {rate:7.1f} requests/s", flush=True)
            turns.append(measured)
        for side in ("with", "same"):
            cpus, rates = ([turn[side][of] / turn["without"][of] - 1 for turn in turns] for of in (0, 1))
            print(f"{side:8} against without: CPU time {mean(cpus)}, requests a second {mean(rates)}")


def measure(prod: Prod) -> tuple[float, float]:
    """CPU time per request in ms, and requests per second, of one prod under full load."""
    before = cpu_seconds(prod)
    answered = load(prod)
    return 1000 * (cpu_seconds(prod) - before) / answered, answered / SECONDS


def cpu_seconds(prod: Prod) -> float:
    """CPU time that a container has used."""
    stats: dict[str, Any] = docker.from_env().containers.get(prod.container).stats(stream=False)
    return float(stats["cpu_stats"]["cpu_usage"]["total_usage"]) / 1e9


def mean(shares: list[float]) -> str:
    """The mean share, with its standard error."""
    return f"{statistics.mean(shares):+.1%} (± {statistics.stdev(shares) / math.sqrt(len(shares)):.1%})"


def load(prod: Prod) -> int:
    """How many requests one prod answers in `SECONDS`."""
    inspect = ["docker", "inspect", "--format", "{{json .}}", prod.container]
    container = json.loads(subprocess.run(inspect, check=True, capture_output=True, text=True, timeout=30).stdout)
    ((network, place),) = container["NetworkSettings"]["Networks"].items()
    body = json.dumps(json.loads((ROOT / "shared" / "problem" / "sample_request.json").read_text()))
    command = ["docker", "run", "--rm", "--interactive", "--network", network, container["Image"], "python3", "-"]
    with (ROOT / "tests" / "integration" / "support" / "load.py").open() as script:
        done = subprocess.run(
            [*command, place["IPAddress"], body], stdin=script, check=True, capture_output=True, text=True, timeout=60
        )
    return int(json.loads(done.stdout.splitlines()[-1])["answered"])


if __name__ == "__main__":
    main()
