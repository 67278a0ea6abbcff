"""How fast is it, beside its peers? The same model behind each, every answer checked, in turns, on loopback.

make bench                                  everything: about 45 minutes on a machine that does nothing else
make bench ARGS="--turns 1 --seconds 2"     one short turn of each, to see that all of them run
make bench ARGS=--write                     and write the figures into the pages that show them
PARITY_WORKERS=4 make bench ARGS="--only project --only empty"   this project's own, with other settings
"""

import argparse
import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path
from typing import Any

from shared.errors import ParityError, program
from shared.image import dotenv
from shared.image.paths import CACHE, ROOT
from tests.benchmarks.serving import report, wrk
from tests.benchmarks.serving.services import HERE, SERVICES, Running, Service

RESULT = CACHE / "bench" / "serving.json"
PAGE, CHART = HERE.parent / "README.md", ROOT / ".github" / "serving.svg"
BEGIN, END = "<!-- serving: written by `make bench ARGS=--write` -->", "<!-- end of serving -->"
START_SECONDS = 120


@program
def main() -> int:
    """Measure, print a table, and keep the figures as JSON."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.serving", description=__doc__)
    parser.add_argument("--model", type=Path, default=ROOT / "artifacts/models/current")
    parser.add_argument("--turns", type=int, default=5, help="of each service; 5")
    parser.add_argument("--seconds", type=int, default=10, help="of each load; 10")
    parser.add_argument("--only", action="append", help="services by a part of their name; repeatable")
    parser.add_argument("--write", action="store_true", help="the figures into the pages that show them")
    options = parser.parse_args()
    wrk.ensure()
    image = dotenv.read(ROOT / ".env")["PARITY_IMAGE"]
    passport = json.loads((options.model / "manifest.json").read_text())
    chosen = [each for each in SERVICES if not options.only or any(part in each.name for part in options.only)]
    found: dict[str, dict[str, list[Any]]] = {each.name: defaultdict(list) for each in chosen}
    for turn in range(options.turns):
        for service in chosen:
            print(f"turn {turn + 1} of {options.turns}: {service.name}", file=sys.stderr, flush=True)
            _measure(service, options.model, image, passport["golden"], options.seconds, found[service.name])
    inside = _in_process(options.model, image)
    RESULT.write_text(json.dumps({"services": found, "in_process_ms": inside}, indent=1))
    table = report.table(found, inside) + f" {options.turns} turns of {options.seconds} s."
    if options.write:
        before, _, rest = PAGE.read_text().partition(BEGIN)
        PAGE.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{rest.partition(END)[2]}")
        CHART.write_text(report.svg(found))
    print(table)
    return 0


def _measure(
    service: Service, model: Path, image: str, golden: dict[str, Any], seconds: int, found: dict[str, list[Any]]
) -> None:
    requests = golden["requests"]
    began = time.monotonic()
    running = Running(service, model, image)
    with running as url:
        one = _body(service, requests, 1)
        while _post(url, one) is None:
            if time.monotonic() - began > START_SECONDS:
                remedy = "see what it needs, or leave it out with --only"
                raise ParityError(f"{service.name} does not answer", evidence=running.log(), remedy=remedy)
            time.sleep(0.02)
        found["start s"].append(time.monotonic() - began)
        if service.answers:
            found["apart"].append(_apart(service, url, golden))
        running.ask(one, 4, 1)  # warm
        for load in report.LOADS:
            connections, rows = load
            found[report.head(load)].append(asdict(running.ask(_body(service, requests, rows), connections, seconds)))
        found["memory MB"].append(running.memory() / 1e6)


def _apart(service: Service, url: str, golden: dict[str, Any]) -> dict[str, float]:
    """How far the answers to the golden requests are from those of training, and how many beyond the noise floor."""
    requests = golden["requests"]
    got = service.read(_post(url, _body(service, requests, len(requests))))
    apart = [abs(one - scores[0]) for one, scores in zip(got, golden["scores"], strict=True)]
    differ = sum(not each <= golden["noise_floor"] for each in apart)
    return {"asked": len(requests), "differ": differ, "most": max(apart)}


def _body(service: Service, requests: list[Any], rows: int) -> bytes:
    return json.dumps(service.asked((requests * (rows // len(requests) + 1))[:rows])).encode()


def _post(url: str, body: bytes) -> Any:
    asked = urllib.request.Request(url, body, {"Content-Type": "application/json"})  # noqa: S310
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(asked, timeout=60) as answer:
            return json.load(answer)
    except (urllib.error.URLError, ConnectionError):
        return None


def _in_process(model: Path, image: str) -> dict[str, float]:
    mounts = (f"{model.resolve()}:/artifacts/models/current:ro", f"{HERE / 'peers/inprocess.py'}:/inprocess.py:ro")
    command = ["docker", "run", "--rm", "--network=none", "--env=PYTHONPATH=/app", "--env=OMP_NUM_THREADS=1"]
    command += [*(f"--volume={mount}" for mount in mounts), image, "python3", "/inprocess.py"]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    times: dict[str, float] = json.loads(printed)
    return times


if __name__ == "__main__":
    sys.exit(main())
