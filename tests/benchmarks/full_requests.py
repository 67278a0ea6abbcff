"""Does the prediction log keep within its bytes, and prod within its memory, under requests of full size?

Against a running prod, on loopback, with the folder of its log:
`python3 tests/benchmarks/full_requests.py http://127.0.0.1:8000 artifacts/predictions --clients 64 --seconds 60`
"""

import argparse
import http.client
import json
import re
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

ROWS = 1000
SAMPLE = json.loads(Path(__file__).parents[2].joinpath("shared", "problem", "sample_request.json").read_text())
BODY = json.dumps({"instances": SAMPLE["instances"][:1] * ROWS})
COUNTERS = ("parity_predictions", "parity_logged_predictions", "parity_unlogged_predictions")


def main() -> None:
    """Ask with so many clients for so long; print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=60)
    options = parser.parse_args()
    address, end = urlsplit(options.url), time.monotonic() + options.seconds
    place = (address.hostname or "127.0.0.1", address.port or 80)
    before = counted(place)
    counts: Counter[str] = Counter()
    clients = [threading.Thread(target=ask, args=(place, end, counts)) for _ in range(options.clients)]
    for client in clients:
        client.start()
    most, slowest = 0, 0.0
    while any(client.is_alive() for client in clients):
        most = max(most, taken(options.folder))
        slowest = max(slowest, ready(place))
        time.sleep(0.2)
    time.sleep(15)
    after = {name: count - before[name] for name, count in counted(place).items()}
    print(f"{options.clients} clients, {options.seconds:.0f} s: {dict(counts)}; {counts['200'] * ROWS:,} rows answered")
    print(f"{most:,} bytes on disk at most; slowest /ready {slowest:.2f} s")
    print("; ".join(f"{name} {count:,.0f}" for name, count in after.items()))


def ask(place: tuple[str, int], end: float, counts: Counter[str]) -> None:
    """One client, with a connection that it keeps."""
    connection = http.client.HTTPConnection(*place, timeout=60)
    while time.monotonic() < end:
        try:
            connection.request("POST", "/predict", BODY, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            counts[str(answer.status)] += 1
        except (OSError, http.client.HTTPException) as error:
            counts[type(error).__name__] += 1
            connection.close()
    connection.close()


def taken(folder: Path) -> int:
    """Bytes of the log's files."""
    return sum(path.stat().st_size for path in folder.glob("predictions.sqlite*") if path.exists())


def ready(place: tuple[str, int]) -> float:
    """Seconds that a probe took."""
    began = time.monotonic()
    fetched(place, "/ready")
    return time.monotonic() - began


def counted(place: tuple[str, int]) -> dict[str, float]:
    """What the counters are at."""
    text = fetched(place, "/metrics")
    found = {name: re.findall(rf"^{name}_total(?:{{.*}})? (\S+)$", text, re.MULTILINE) for name in COUNTERS}
    return {name: sum(map(float, values)) for name, values in found.items()}


def fetched(place: tuple[str, int], path: str) -> str:
    """An answer's text."""
    connection = http.client.HTTPConnection(*place, timeout=60)
    try:
        connection.request("GET", path)
        return connection.getresponse().read().decode()
    finally:
        connection.close()


if __name__ == "__main__":
    main()
