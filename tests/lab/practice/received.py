"""Save rows as they came last week and as they come now: `received.py WORLD EVIDENCE FLIGHTS`."""

import json
import sys
from pathlib import Path

world, evidence, flights = map(Path, sys.argv[1:])
sys.dont_write_bytecode = True
sys.path[:0] = [str(world), str(Path(__file__).parents[1] / "client")]
import client  # noqa: E402
import feed  # noqa: E402

tested = json.loads(flights.read_text())["test"]["flights"]
change, encode = getattr(feed, "change", list), getattr(feed, "encode", client.as_json)
before = getattr(feed, "before", client.as_json)


def save(name, body, content_type):
    """Write one body."""
    suffix = {"application/json": "json", "text/csv": "csv"}.get(content_type, "jsonl")
    if suffix == "json":
        body = "\n".join(json.dumps(row) for row in json.loads(body)["instances"]).encode()
        suffix = "jsonl"
    (evidence / f"{name}.{suffix}").write_bytes(body)


save("last-month", *before(tested[:300]))
save("today", *encode(change(tested[1000:1300])))
