"""How much CPU time does the prediction log take per row?

In a few seconds:

    docker compose -f compose.dev.yml run --rm -T dev python3 - < tests/benchmarks/prediction_log_row.py
"""

import datetime as dt
import tempfile
import time
from pathlib import Path

import msgspec

from prod import logs, prediction_log
from shared import contract

ROWS = 60_000
BATCH = 60
"""Rows that one worker answers per second on two busy cores."""


def main() -> None:
    """Answer and write batch after batch, without a pause; print the CPU time."""
    flights = msgspec.json.decode(Path("shared/problem/sample_request.json").read_bytes())["instances"]
    decoded = msgspec.convert(flights, list[contract.Row])
    with tempfile.TemporaryDirectory() as folder:
        prediction_log.PAUSE_SECONDS = 0.0
        log = prediction_log.PredictionLog(Path(folder) / "predictions.sqlite", 512 << 20)
        began = time.process_time()
        for _ in range(ROWS // BATCH):
            for _ in range(BATCH):
                moment = dt.datetime.now(dt.UTC)
                identities = logs.new_id(), logs.new_id()
                log.add(prediction_log.Answered(*identities, moment, "a version", decoded, [[0.5]], [True]))
            while log.waiting:
                time.sleep(0.001)
        log.close()
        print(f"{(time.process_time() - began) / ROWS * 1e6:.0f} µs of CPU time per row")


main()
