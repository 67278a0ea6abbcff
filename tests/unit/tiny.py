"""Small stand-ins with the shape of the real thing: a year of flights, and a model trained on them."""

import csv
import datetime as dt
import fcntl
import hashlib
import json
import math
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sklearn.pipeline import Pipeline

from dev import params, prepare, train
from dev.problem import collect, estimator
from shared import artifact, model_folder
from shared.columns import frame
from shared.contract import Row
from shared.settings import Settings, read

Fields = dict[str, Any]

SAMPLE = json.loads(Path("shared/problem/sample_request.json").read_text())["instances"][0]

_chosen = params.read()
PARAMS = replace(
    _chosen,
    model=replace(_chosen.model, max_iter=10, min_samples_leaf=10),
    golden=params.GoldenParams(requests=20),
)


def row(**fields: Any) -> Fields:
    """A row that keeps the contract, as JSON, with some fields changed."""
    return {**SAMPLE, **fields}


def flight(**fields: Any) -> Row:
    """The same as a `Row`."""
    return msgspec.convert(row(**fields), Row)


def listed(time_hour: str = "2013-06-03T12:00:00Z", **columns: Any) -> Fields:
    """A line of flights.csv: UA 1 from Newark to Houston at 08:00, on time, unless changed."""
    return {
        "minute": 0,
        "dep_delay": 0,
        "sched_arr_time": 2345,
        "arr_delay": 0,
        "carrier": "UA",
        "flight": 1,
        "origin": "EWR",
        "dest": "IAH",
        "distance": 1400,
        "time_hour": time_hour,
        **columns,
    }


def observed(time_hour: str = "2013-06-03T12:00:00Z", **columns: Any) -> Fields:
    """A line of weather.csv: a mild day at Newark, unless changed."""
    return {
        "origin": "EWR",
        "temp": 60.0,
        "dewp": 50.0,
        "humid": 70.0,
        "wind_dir": 270,
        "wind_speed": 10.0,
        "wind_gust": "NA",
        "precip": 0,
        "pressure": 1012.0,
        "visib": 10,
        "time_hour": time_hour,
        **columns,
    }


AIRPORTS = (
    {"faa": "IAH", "tzone": "America/Chicago"},
    {"faa": "BOS", "tzone": "America/New_York"},
    {"faa": "LAX", "tzone": "America/Los_Angeles"},
)


def tables(folder: Path, flights: Iterable[Fields], weather: Iterable[Fields] = ()) -> Path:
    """Write a folder as `dev.problem.collect` leaves it."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {"airports.csv": AIRPORTS, "flights.csv": flights, "weather.csv": weather}
    described = {}
    for name, lines in files.items():
        lines = list(lines)
        with (folder / name).open("w", newline="") as file:
            writer = csv.DictWriter(file, (lines or [observed()])[0], lineterminator="\n")
            writer.writeheader()
            writer.writerows(lines)
        content = (folder / name).read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        described[name] = {"bytes": len(content), "sha256": digest, "rows": len(lines)}
    record = {"name": collect.NAME, "url": "file:///tiny", "sha256": "0" * 64, "files": described}
    (folder / "sources.json").write_text(json.dumps(record))
    return folder


def year() -> Iterator[tuple[Fields, Fields]]:
    """A flight and the weather at its hour, four times a day; evenings and wind make late."""
    start = dt.datetime(2013, 1, 1, 11, tzinfo=dt.UTC)
    for number in range(4 * 365):
        time = f"{start + dt.timedelta(hours=6 * number):%Y-%m-%dT%H:%M:%SZ}"
        wind = 15 + 14 * math.sin(number * 1.7)
        delay = round(20 * math.sin(number * 2.3) + (number % 4 == 3) * 25 + wind - 20)
        yield (
            listed(
                time,
                minute=number % 30,
                dep_delay=delay,
                arr_delay="NA" if number % 97 == 0 else delay,
                carrier=("UA", "B6", "9E")[number % 3],
                flight=number,
                origin=("EWR", "JFK", "LGA")[number % 5 % 3],
                dest=("IAH", "BOS", "LAX")[number % 7 % 3],
                distance=(1400, 200, 2454)[number % 7 % 3],
                sched_arr_time=(number * 37 % 24) * 100 + 30,
            ),
            observed(
                time,
                origin=("EWR", "JFK", "LGA")[number % 5 % 3],
                wind_speed=round(wind, 1),
                wind_gust=round(wind * 1.5, 1) if number % 3 == 0 else "NA",
            ),
        )


def write_sealed(folder: Path, passport: Mapping[str, Any] | bytes) -> None:
    """Write a passport and its seal, as training does, or somebody who may write into the folder."""
    content = passport if isinstance(passport, bytes) else json.dumps(passport).encode()
    (folder / artifact.MANIFEST).write_bytes(content)
    (folder / artifact.SEAL).write_bytes(model_folder.seal(content))


def config(artifacts: Path) -> Settings:
    """Settings as in a container, with artifacts in a folder of the test's own, and without a prediction log."""
    return replace(read({}), artifacts=artifacts, log_bytes=0)


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Artifacts with a year of tiny flights and the model trained on them; tests leave them as they are."""
    base = tmp_path_factory.getbasetemp()
    # xdist's workers have folders of their own in that of the run. One of them trains, for both.
    run = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    made = config(run / "trained")
    with (run / "trained.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (made.models / artifact.CURRENT).exists():
            flights, weather = zip(*year(), strict=True)
            tables(made.data / collect.NAME, flights, weather)
            train.train(made, PARAMS)
    return made


@pytest.fixture(scope="session")
def model(trained: Settings) -> artifact.Model:
    """That model."""
    return artifact.load(trained.models / artifact.CURRENT)


def fitted(folder: Path) -> Pipeline:
    """The tiny pipeline, fitted on all rows of a folder."""
    prepared = prepare.prepare(folder, 0.0)
    return estimator.fit(PARAMS.model, frame(prepared.rows), prepared.truths, lambda *_: None)
