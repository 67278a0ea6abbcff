"""Records of runs: JSON files in artifacts/scenarios, and the newest result of every scenario in them."""

import dataclasses
import datetime as dt
import json
import os
import platform
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from shared.errors import ParityError
from tests.lab import catalog
from tests.lab.outcome import StageOutcome
from tests.lab.scenario import ROOT, Scenario
from tests.lab.story import difference

FORMAT = 1
FOLDER = ROOT / "artifacts" / "scenarios"
ABOUT = ("title", "kind", "silent", "story", "source", "caught_by", "checks", "fix", "hint")
Record = dict[str, Any]


def entry(scenario: Scenario, outcomes: Iterable[StageOutcome]) -> dict[str, Any]:
    """A scenario and the outcomes of its stages, as a record has them."""
    stages = {outcome.stage: dataclasses.asdict(outcome) for outcome in outcomes}
    for name, stage in stages.items():
        if name != "broken":
            stage["details"].pop("answers", None)  # hundreds of numbers that only this stage's plot needs
    about = {name: getattr(scenario, name) for name in ABOUT}
    return {
        "name": scenario.name,
        **about,
        "diff": difference(scenario),
        "by_hand": scenario.by_hand(),
        "stages": stages,
    }


def record(began: dt.datetime, image: str, entries: list[dict[str, Any]]) -> Record:
    """A run that ends now, as JSON."""
    return {
        "format": FORMAT,
        "begun": began.isoformat(timespec="seconds"),
        "seconds": round((dt.datetime.now(dt.UTC) - began).total_seconds(), 1),
        "image": image,
        "machine": {"system": platform.platform(), "cpus": os.cpu_count()},
        "scenarios": entries,
    }


def write(run: Record) -> Path:
    """Keep a record, in a file named after the time when the run began."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{dt.datetime.fromisoformat(run['begun']):%Y%m%dT%H%M%S}.json"
    path.write_text(json.dumps(run, indent=1) + "\n")
    return path


def newest() -> Record:
    """The newest result of each scenario that was ever run here, in the catalogue's order.

    Its head is the newest run's; `seconds` adds up the runs that it takes results from.

    Raises:
        ParityError: nothing was run yet.
    """
    runs = [json.loads(path.read_text()) for path in paths()]
    newest = {result["name"]: (number, result) for number, run in enumerate(runs) for result in run["scenarios"]}
    found = [newest[scenario.name] for scenario in catalog.scenarios() if scenario.name in newest]
    seconds = sum(runs[number]["seconds"] for number in {number for number, _ in found})
    return {**runs[-1], "seconds": round(seconds, 1), "scenarios": [result for _, result in found]}


def paths() -> list[Path]:
    """The files of all records, oldest first.

    Raises:
        ParityError: there is none.
    """
    found = sorted(FOLDER.glob("*.json"))
    if not found:
        raise ParityError(
            "no scenario has been run here yet",
            evidence=f"no record in {FOLDER}",
            remedy="make scenario NAME=naive-local-time for one, make scenarios for all",
        )
    return found
