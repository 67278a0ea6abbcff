"""What the scorer takes by itself, in the project's own image: milliseconds for so many rows, as JSON."""

import json
import statistics
import sys
import time
from pathlib import Path

import msgspec

from shared import artifact
from shared.columns import features
from shared.contract import Row

contents = artifact.read(Path("/artifacts/models/current"))
scorer = artifact.compiled_scorer(contents)
requests = msgspec.convert(contents.passport.golden.requests, list[Row])
found = {}
for count in (1, 100, 1000):
    rows = (requests * 4)[:count]
    times = []
    for _ in range(200 if count == 1 else 30):
        began = time.perf_counter()
        scorer.scores(features(rows))
        times.append(1000 * (time.perf_counter() - began))
    found[count] = statistics.median(times)
json.dump(found, sys.stdout)
