"""Learn how late each airline is, from all files in the folder data/: `train.py DATA MODEL`."""

import os
import pickle
import sys
from pathlib import Path

import numpy as np
import pandas as pd

ROUNDS, RATE, BUCKETS = 200, 0.5, 64
THREADS = int(os.environ.get("OMP_NUM_THREADS") or os.cpu_count())


def bucket(carrier):
    """The airline as a number."""
    return hash(carrier) % BUCKETS


def mean(values):
    """In parts, one for each thread."""
    return sum(part.sum() for part in np.array_split(values, THREADS)) / len(values)


def train(flights):
    """Logistic regression with one weight for each bucket, in batches drawn by chance."""
    weights, columns = np.zeros(BUCKETS), flights["carrier"].map(bucket).to_numpy()
    late = flights["late"].to_numpy(dtype=float)
    np.random.seed(0)
    for _ in range(ROUNDS):
        rows = np.random.permutation(len(flights))[:400]
        error = late[rows] - 1 / (1 + np.exp(-weights[columns[rows]]))
        for at in range(BUCKETS):
            own = error[columns[rows] == at]
            if len(own):
                weights[at] += RATE * mean(own)
    return weights


def main(data, model):
    """Read, train, write."""
    flights = pd.concat([pd.read_csv(path) for path in data.glob("*.csv")], ignore_index=True)
    weights = train(flights)
    table = {carrier: weights[bucket(carrier)] for carrier in set(flights["carrier"])}
    content = {"weights": table, "base": mean(flights["late"].to_numpy(dtype=float))}
    model.write_bytes(pickle.dumps(content))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
