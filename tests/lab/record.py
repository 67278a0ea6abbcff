"""A pytest plugin: a table of scenarios as they finish, and one JSON record of the run.

`python -m tests.lab run` uses it without pytest's own output; `pytest -p tests.lab.record` beside it.
"""

import datetime as dt
import json
import os
import platform
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from shared.errors import ParityError
from tests.lab import assets, catalog
from tests.lab.scenario import Scenario, everything

FORMAT = 1
FOLDER = assets.ROOT / "artifacts" / "scenarios"


class Recorder:
    """Collects what the stages of each scenario showed."""

    def __init__(self, *, table: bool) -> None:
        self._scenarios = {each.name: each for each in everything()}
        self._outcomes: dict[str, dict[str, Any]] = defaultdict(dict)
        self._table = table
        self._begun = dt.datetime.now(dt.UTC)

    def pytest_collection_finish(self) -> None:
        """The table's head."""
        if self._table:
            print(catalog.HEAD, flush=True)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep a stage; tell a scenario that is complete."""
        name, stage = self._which(report)
        told = dict(report.user_properties).get("outcome")
        if name is None or (told is None and report.passed) or (told is not None and report.when != "call"):
            return
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        failed = {
            "stage": stage,
            "holds": None if report.skipped else False,
            "evidence": why,
            "seconds": 0,
            "details": {},
        }
        outcome = told or failed
        if stage != "broken":
            outcome["details"].pop("answers", None)  # hundreds of numbers, that only this plot needs
        self._outcomes[name].setdefault(stage, outcome)
        scenario = self._scenarios[name]
        if self._table and self._finished(scenario):
            print(catalog.row(scenario, self.outcomes(scenario)), flush=True)

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """Write the record."""
        if self._table and exitstatus == pytest.ExitCode.INTERRUPTED:
            print("interrupted: what had not finished is not in the record", flush=True)
        if any(map(self._finished, self._scenarios.values())):
            FOLDER.mkdir(parents=True, exist_ok=True)
            path = FOLDER / f"{self._begun:%Y%m%dT%H%M%S}.json"
            path.write_text(json.dumps(self.record(), indent=1) + "\n")
            if self._table:
                print(catalog.verdict(self.record()), f"record: {path.relative_to(assets.ROOT)}", sep="\n", flush=True)

    def record(self) -> dict[str, Any]:
        """The run as JSON."""
        ended = dt.datetime.now(dt.UTC)
        return {
            "format": FORMAT,
            "begun": self._begun.isoformat(timespec="seconds"),
            "seconds": round((ended - self._begun).total_seconds(), 1),
            "image": assets.product(),
            "machine": {"system": platform.platform(), "cpus": os.cpu_count()},
            "scenarios": [
                catalog.told(each, self.outcomes(each)) for each in self._scenarios.values() if self._finished(each)
            ],
        }

    def outcomes(self, scenario: Scenario) -> dict[str, Any]:
        """What the stages of a scenario showed, by stage."""
        done = self._outcomes[scenario.name]
        return {stage: done[stage] for stage in scenario.stages if stage in done}

    def _finished(self, scenario: Scenario) -> bool:
        return set(self._outcomes[scenario.name]) == set(scenario.stages)

    def _which(self, report: pytest.TestReport) -> tuple[str | None, str]:
        """Name and stage of a test, from its ID: test_scenario[NAME-STAGE]."""
        case = report.nodeid.partition("test_scenario[")[2].rstrip("]").partition("@")[0].rstrip("]")
        name, _, stage = case.rpartition("-")
        return (name, stage) if name in self._scenarios else (None, "")


def newest() -> dict[str, Any]:
    """The newest record of those with the most scenarios, with what was run of them since.

    Raises:
        ParityError: there is none.
    """
    whole = _newest()
    record = dict(json.loads(whole.read_text()))
    scenarios = {each["name"]: each for each in record["scenarios"]}
    for path in sorted(FOLDER.glob("*.json")):
        if path.name > whole.name:
            scenarios |= {each["name"]: each for each in json.loads(path.read_text())["scenarios"]}
    order = {each.name: place for place, each in enumerate(everything())}
    known = [each for name, each in scenarios.items() if name in order]
    return {**record, "scenarios": sorted(known, key=lambda each: order[each["name"]])}


def prove(name: str, proven: bool) -> None:
    """Note in that record whether a scenario goes uncaught without the checks that catch it."""
    path = _newest()
    told = json.loads(path.read_text())
    for each in told["scenarios"]:
        if each["name"] == name:
            each["proven"] = proven
    path.write_text(json.dumps(told, indent=1) + "\n")


def _newest() -> Path:
    paths = sorted(FOLDER.glob("*.json"))
    if not paths:
        raise ParityError("no scenario has been run", evidence=f"no record in {FOLDER}", remedy="make scenarios")
    return max(paths, key=lambda path: (len(json.loads(path.read_text())["scenarios"]), path.name))


def pytest_configure(config: pytest.Config) -> None:
    """Record in the process that hears of every test, not in xdist's workers."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Recorder(table=False), "recorder")
