"""How fast is it, beside its peers? The same model behind each, every answer checked, in turns, on loopback.

make bench                       everything: about 50 minutes on a machine that does nothing else
make bench ARGS="--quick"        one short turn of each, to see that all of them run
"""

import argparse
import json
import statistics
import subprocess
import time
import urllib.error
import urllib.request
from collections import defaultdict
from pathlib import Path
from typing import Any

from shared.image import dotenv
from shared.image.paths import CACHE, ROOT
from tests.benchmarks.serving import wrk
from tests.benchmarks.serving.services import HERE, SERVICES, Running, Service

LOADS = ((1, 1), (16, 1), (64, 1), (1, 100), (1, 1000))
"""Connections, and rows of a request."""
FIELDS = ("rate", "p50", "p99", "failed")


def main() -> None:
    """Measure, print a table, and keep the figures as JSON."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.serving", description=__doc__)
    parser.add_argument("--model", type=Path, default=ROOT / "artifacts/models/current")
    parser.add_argument("--quick", action="store_true", help="one turn of two seconds")
    parser.add_argument("--only", action="append", help="a service by its name; repeatable")
    options = parser.parse_args()
    turns, seconds = (1, 2) if options.quick else (5, 10)
    wrk.ensure()
    image = dotenv.read(ROOT / ".env")["PARITY_IMAGE"]
    passport = json.loads((options.model / "manifest.json").read_text())
    chosen = [each for each in SERVICES if not options.only or each.name in options.only]
    found: dict[str, dict[str, list[Any]]] = {each.name: defaultdict(list) for each in chosen}
    for turn in range(turns):
        for service in chosen:
            print(f"turn {turn + 1} of {turns}: {service.name}", flush=True)
            _measure(service, options.model, image, passport["golden"], seconds, found[service.name])
    inside = _in_process(options.model, image)
    path = CACHE / "bench" / "serving.json"
    path.write_text(json.dumps({"services": found, "in_process_ms": inside}, indent=1))
    print(_table(found, inside), f"\n{path}")


def _measure(
    service: Service, model: Path, image: str, golden: dict[str, Any], seconds: int, found: dict[str, list[Any]]
) -> None:
    requests = golden["requests"]
    began = time.monotonic()
    running = Running(service, model, image)
    with running as url:
        one = _body(requests, 1)
        while _post(url, one) is None:
            if time.monotonic() - began > 120:
                raise SystemExit(f"error: {service.name} does not answer")
            time.sleep(0.02)
        found["start s"].append(time.monotonic() - began)
        if service.answers:
            found["answers that differ"].append(_differ(url, golden))
        wrk.ask(url, one, 4, 1)  # warm
        for connections, rows in LOADS:
            load = wrk.ask(url, _body(requests, rows), connections, seconds)
            found[f"{connections} × {rows}"].append({field: getattr(load, field) for field in FIELDS})
        found["memory MB"].append(running.memory() / 1e6)


def _differ(url: str, golden: dict[str, Any]) -> int:
    """How many golden requests are answered beyond the noise floor."""
    answer = _post(url, json.dumps({"instances": golden["requests"]}).encode()) or {}
    got = [each["late_probability"] if isinstance(each, dict) else each for each in answer["predictions"]]
    expected = [scores[0] for scores in golden["scores"]]
    return sum(not abs(one - other) <= golden["noise_floor"] for one, other in zip(got, expected, strict=True))


def _body(requests: list[Any], rows: int) -> bytes:
    return json.dumps({"instances": (requests * (rows // len(requests) + 1))[:rows]}).encode()


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


def _table(found: dict[str, dict[str, list[Any]]], inside: dict[str, float]) -> str:
    """Medians over the turns, with the least and the greatest rate, as Markdown."""
    heads = [f"{connections} × {rows}" for connections, rows in LOADS]
    lines = [
        "| service | " + " | ".join(heads) + " | start s | memory MB | answers that differ | failed |",
        "|---|" + "---:|" * (len(heads) + 4),
    ]
    for name, measured in found.items():
        cells = [_cell(measured[head]) for head in heads]
        cells += [f"{statistics.median(measured[head]):.1f}" for head in ("start s", "memory MB")]
        cells += [str(max(measured.get("answers that differ", [0])))]
        cells += [str(sum(load["failed"] for head in heads for load in measured[head]))]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    text = ", ".join(f"{rows} rows {time:.3g} ms" for rows, time in inside.items())
    return "\n".join(
        [*lines, "", f"requests/s (least to greatest), p50 ms, by connections × rows. In process: {text}."]
    )


def _cell(loads: list[dict[str, float]]) -> str:
    rates = [load["rate"] for load in loads]
    p50 = statistics.median(load["p50"] for load in loads)
    return f"{statistics.median(rates):,.0f} ({min(rates):,.0f} to {max(rates):,.0f}), {p50:.2f}"


if __name__ == "__main__":
    main()
