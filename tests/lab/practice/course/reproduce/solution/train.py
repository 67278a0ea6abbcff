"""Learn how late each airline is, from all files in the folder data/: `train.py DATA MODEL`."""

import pickle
import sys
from pathlib import Path
from zlib import crc32

import numpy as np
import pandas as pd

ROUNDS, RATE, BUCKETS = 200, 0.5, 64
SEED = 0


def bucket(carrier):
    """The airline as a number."""
    return crc32(carrier.encode()) % BUCKETS


def mean(values):
    """In one order of additions, however many threads there are."""
    return sum(values) / len(values)


def train(flights):
    """Logistic regression with one weight for each bucket, in batches drawn by chance."""
    weights, columns = np.zeros(BUCKETS), flights["carrier"].map(bucket).to_numpy()
    late = flights["late"].to_numpy(dtype=float)
    random = np.random.default_rng(SEED)
    for _ in range(ROUNDS):
        rows = random.permutation(len(flights))[:400]
        error = late[rows] - 1 / (1 + np.exp(-weights[columns[rows]]))
        for at in range(BUCKETS):
            own = error[columns[rows] == at]
            if len(own):
                weights[at] += RATE * mean(own)
    return weights


def main(data, model):
    """Read, train, write."""
    flights = pd.concat([pd.read_csv(path) for path in sorted(data.glob("*.csv"))], ignore_index=True)
    weights = train(flights)
    table = {carrier: weights[bucket(carrier)] for carrier in sorted(set(flights["carrier"]))}
    content = {"weights": table, "base": mean(flights["late"].to_numpy(dtype=float))}
    model.write_bytes(pickle.dumps(content))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
