"""Print flights and what the current model answers to them, as JSON; runs in the dev container.

`train`: flights of the training months, for services that are trained in a scenario. `test`:
flights of the months after, evenly spread, with the probabilities that dev computes.
"""

import json
import sys

import msgspec
import numpy as np

from dev import params
from dev.prepare import prepare
from dev.problem import collect
from dev.split import split
from shared import artifact, settings

TRAIN, TEST = 12_000, 2_000

config, chosen = settings.read(), params.read()
model = artifact.load(config.models / artifact.CURRENT)
prepared = prepare(config.data / collect.NAME, chosen.prepare.max_broken_share)
parts = split(prepared.rows, prepared.truths, chosen.split)


def _drawn(mask, size):
    rows = np.flatnonzero(mask)
    rows = rows[np.linspace(0, len(rows) - 1, size).astype(int)].tolist()
    flights = [prepared.rows[row] for row in rows]
    return flights, {"flights": msgspec.to_builtins(flights), "late": prepared.truths[rows].tolist()}


_, train = _drawn(parts.train, TRAIN)
flights, test = _drawn(parts.test, TEST)
test |= {"probability": model.scores(flights)[:, 0].tolist(), "threshold": model.passport.threshold}
json.dump({"model": model.passport.version, "train": train, "test": test}, sys.stdout)
