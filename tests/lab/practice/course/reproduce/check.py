"""Run what the learner has edited in two containers, and once with other data, and compare the bytes."""

import json
import re

from tests.lab.practice import containers

RUN = """
import base64, hashlib, json, os, pickle, subprocess, sys
from pathlib import Path
files, order = json.loads(sys.argv[1]), int(sys.argv[2])
data = Path("/tmp/data"); data.mkdir()
for name in sorted(files, reverse=order < 0):
    (data / name).write_text(files[name])
command = [sys.executable, "/yours/train.py", "/tmp/data", "/tmp/model.bin"]
done = subprocess.run(command, capture_output=True, text=True)
if done.returncode or not Path("/tmp/model.bin").exists():
    print(json.dumps({"error": (done.stderr or "it wrote no model.bin").strip().splitlines()[-1]}))
else:
    content = Path("/tmp/model.bin").read_bytes()
    try:
        weights = {str(name): float(value) for name, value in pickle.loads(content)["weights"].items()}
    except Exception as error:
        weights = {"error": repr(error)}
    print(json.dumps({"sha256": hashlib.sha256(content).hexdigest(), "weights": weights}))
"""
LATE = {"UA": 12, "B6": 30, "EV": 40, "DL": 9, "MQ": 21, "AA": 16}
"""Flights out of 100 that are late in the check's data, by airline."""
OTHER = dict(zip(LATE, reversed(LATE.values()), strict=True))


def check(folder):
    """A verdict and what was seen."""
    unpinned = _unpinned(folder)
    one, two, other = (
        containers.learned(RUN, folder, _files(late), order, threads)
        for late, order, threads in ((LATE, 1, 1), (LATE, -1, 2), (OTHER, 1, 1))
    )
    for run in (one, two, other):
        if "error" in run:
            return "broken", f"train.py fails: {run['error']}"
    same = one["sha256"] == two["sha256"]
    seen = [
        f"two containers: {one['sha256'][:12]}… and {two['sha256'][:12]}…, {'the same' if same else 'not the same'}"
    ]
    if not same or unpinned:
        return "symptom", *seen, *unpinned
    if other["sha256"] == one["sha256"]:
        return "hidden", *seen, "with other data it writes the same bytes: nothing is learned from them"
    for run, late in ((one, LATE), (other, OTHER)):
        weights = run["weights"]
        latest, earliest = max(late, key=late.get), min(late, key=late.get)
        if not weights.get(latest, -9e9) > weights.get(earliest, 9e9):
            return "hidden", *seen, f"the model does not know that {latest} is later than {earliest}"
    return "repaired", *seen, "with other data it learns something else"


def _unpinned(folder):
    lines = [line.partition("#")[0].strip() for line in (folder / "requirements.txt").read_text().splitlines()]
    named = dict(re.fullmatch(r"([\w.-]+)(.*)", line).groups() for line in lines if line)
    versions = json.loads(containers.python(containers.VERSIONS, "numpy", "pandas"))
    return [
        f"requirements.txt: {name} is not held at the version of the image, {version}"
        for name, version in versions.items()
        if named.get(name, "").replace(" ", "") != f"=={version}"
    ]


def _files(late):
    """Ten files, a hundred flights of each airline in all."""
    lines = [[] for _ in range(10)]
    for number, (carrier, share) in enumerate(late.items()):
        for flight in range(100):
            lines[(flight + number) % 10].append(f"{carrier},{int(flight * 37 % 100 < share)}")
    return {f"{at:02}.csv": "\n".join(["carrier,late", *rows]) + "\n" for at, rows in enumerate(lines)}
