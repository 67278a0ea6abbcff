"""A pytest plugin: a table of scenarios as they finish, signs of life in between, and a record of the run.

`python -m tests.lab run` uses it instead of pytest's own output; `pytest -p tests.lab.plugin` beside it.
"""

import datetime as dt
import time
from collections import defaultdict
from typing import Any

import pytest

from shared.image.progress import alive
from tests.lab import assets, catalog, figures, record, table
from tests.lab.outcome import StageOutcome
from tests.lab.scenario import Scenario


class Recorder:
    """Collects the outcomes of each scenario's stages."""

    def __init__(self, *, verbose: bool) -> None:
        """Args: verbose: print the table and signs of life."""
        self._scenarios = {scenario.name: scenario for scenario in catalog.scenarios()}
        self._outcomes: dict[str, dict[str, StageOutcome]] = defaultdict(dict)
        self._running: dict[str, float] = {}
        self._verbose = verbose
        self._began = dt.datetime.now(dt.UTC)
        self._alive = alive("scenarios", self._status)

    def pytest_sessionstart(self) -> None:
        """The table's head; pytest's workers take some seconds to start."""
        if self._verbose:
            print(table.HEAD, flush=True)
            self._alive.__enter__()

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Note what runs, and since when."""
        self._running[nodeid] = time.monotonic()

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """It no longer runs."""
        self._running.pop(nodeid, None)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the outcome of a stage, and print a scenario that is complete."""
        name, stage = self._parsed(report.nodeid)
        found = dict(report.user_properties).get("outcome")
        if name is None or (found is None and report.passed) or (found is not None and report.when != "call"):
            return
        if found is None:
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
            outcome = StageOutcome(stage, None if report.skipped else False, reason)
        else:
            outcome = StageOutcome(**found)
        self._outcomes[name].setdefault(stage, outcome)
        scenario = self._scenarios[name]
        if self._verbose and self._finished(scenario):
            print(table.row(self._entry(scenario)), flush=True)

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """Write the record."""
        if self._verbose:
            self._alive.__exit__(None, None, None)
        if self._verbose and exitstatus == pytest.ExitCode.INTERRUPTED:
            print("interrupted: what had not finished is not in the record", flush=True)
        if any(map(self._finished, self._scenarios.values())):
            run = self.record()
            path = record.write(run)
            if self._verbose:
                print(figures.verdict(run), f"record: {path.relative_to(assets.ROOT)}", sep="\n", flush=True)

    def record(self) -> record.Record:
        """The scenarios that are complete, as JSON."""
        finished = [scenario for scenario in self._scenarios.values() if self._finished(scenario)]
        return record.record(self._began, assets.product(), [self._entry(scenario) for scenario in finished])

    def _entry(self, scenario: Scenario) -> dict[str, Any]:
        return record.entry(scenario, [self._outcomes[scenario.name][stage] for stage in scenario.stages])

    def _finished(self, scenario: Scenario) -> bool:
        return set(self._outcomes[scenario.name]) == set(scenario.stages)

    def _status(self) -> str:
        done = sum(map(self._finished, self._scenarios.values()))
        now = time.monotonic()
        running = [
            f"{name} ({stage}, {now - began:.0f} s)"
            for (name, stage), began in ((self._parsed(node), began) for node, began in list(self._running.items()))
        ]
        return f"{done} of {len(self._scenarios)} done; now: {', '.join(running) or 'starting workers'}"

    def _parsed(self, node: str) -> tuple[str | None, str]:
        """Name and stage of a test, from its ID: test_scenario[NAME-STAGE]."""
        case = node.partition("test_scenario[")[2].rstrip("]").partition("@")[0].rstrip("]")
        name, _, stage = case.rpartition("-")
        return (name, stage) if name in self._scenarios else (None, "")


def pytest_configure(config: pytest.Config) -> None:
    """Record in the process that hears of every test, not in xdist's workers."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Recorder(verbose=False), "recorder")
