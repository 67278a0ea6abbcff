"""The commands of the lab, a function each; what needs more than the standard library is imported where it is used."""

import argparse
import datetime as dt
import os
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from shared.errors import ParityError
from shared.image.progress import alive
from tests.lab import catalog
from tests.lab.outcome import StageOutcome
from tests.lab.scenario import ROOT, Scenario

if TYPE_CHECKING:
    from tests.lab.stages import Run

TESTS = "tests/scenarios/test_scenarios.py"


def list_(options: argparse.Namespace) -> int:
    """List the scenarios."""
    for scenario in catalog.select(options.names):
        print(f"{scenario.name:28}  {scenario.kind:11}  {scenario.title}")
    return 0


def check(options: argparse.Namespace) -> int:
    """Check names, before anything is built for them."""
    catalog.select(options.names)
    return 0


def lab(options: argparse.Namespace) -> int:
    """Make what scenarios need: models, flights, images."""
    from tests.lab import assets

    assets.prepare(_chosen(options))
    return 0


def run(options: argparse.Namespace) -> int:
    """Run scenarios and print a table as they finish."""
    import pytest

    from tests.lab import assets
    from tests.lab.plugin import Recorder

    chosen = _chosen(options)
    assets.prepare(chosen)
    os.environ["PARITY_SCENARIO"] = " ".join(scenario.name for scenario in chosen)
    os.chdir(ROOT)
    quiet = ("--override-ini=addopts=--import-mode=importlib", "-p", "no:terminal", "-p", "no:cacheprovider")
    workers = ("-n", str(options.workers), "--dist", "loadgroup") if len(chosen) > 1 else ()
    code = pytest.main([*quiet, *workers, TESTS], plugins=[Recorder(verbose=True)])
    if code == pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    return int(code)


def tell(options: argparse.Namespace) -> int:
    """Run scenarios one after another, each as a story: its stages as they happen."""
    from tests.lab import assets, record, story
    from tests.lab.baselines import Baselines
    from tests.lab.stages import Run

    chosen, entries, began = _chosen(options), [], dt.datetime.now(dt.UTC)
    for scenario in chosen:
        print(story.opening(scenario), flush=True)
        assets.prepare([scenario])
        reason, outcomes = scenario.unavailable(), []
        with (
            tempfile.TemporaryDirectory() as folder,
            closing(Baselines(Path(folder))) as baselines,
            closing(Run(scenario, baselines)) as stages,
        ):
            for stage in scenario.stages:
                print(story.heading(scenario, stage), flush=True)
                with alive(f"{scenario.name}, {stage}"):
                    outcome = StageOutcome(stage, None, reason) if reason else _outcome(stages, stage)
                print(story.result(outcome), flush=True)
                outcomes.append(outcome)
        print(story.closing(scenario), flush=True)
        entries.append(record.entry(scenario, outcomes))
    record.write(record.record(began, assets.product(), entries))
    return int(any(stage["holds"] is False for entry in entries for stage in entry["stages"].values()))


def prove(options: argparse.Namespace) -> int:
    """Show that without the checks that catch a break, nothing does."""
    from tests.lab import assets
    from tests.lab.baselines import Baselines
    from tests.lab.stages import Run

    chosen = [scenario for scenario in _chosen(options) if not scenario.control and not scenario.unavailable()]
    assets.prepare(chosen)
    caught = 0
    with tempfile.TemporaryDirectory() as folder, closing(Baselines(Path(folder))) as baselines:
        for number, scenario in enumerate(chosen, 1):
            with (
                alive(f"{scenario.name}, {number} of {len(chosen)}"),
                closing(Run(scenario, baselines, without_checks=True)) as stages,
            ):
                outcome = stages.do("caught")
            verdict = "STILL CAUGHT" if outcome.holds else "not caught"
            print(f"{scenario.name:28}  {verdict:12}  {outcome.evidence[:90]}", flush=True)
            caught += bool(outcome.holds)
    return int(caught > 0)


def recorded(_: argparse.Namespace) -> int:
    """List the records of runs; an error says what to type if there is none."""
    from tests.lab import record

    for path in record.paths():
        print(path.relative_to(ROOT))
    return 0


def report(_: argparse.Namespace) -> int:
    """Write the newest result of every scenario as a page."""
    from tests.lab import record

    newest = record.newest()
    from tests.lab import report as page

    path = record.FOLDER / "report.html"
    path.write_text(page.render(newest))
    print(path.relative_to(ROOT))
    return 0


def readme(_: argparse.Namespace) -> int:
    """Write the newest results into tests/scenarios/README.md and the picture of README.md."""
    from tests.lab import chart, figures, record, table

    newest = record.newest()
    (ROOT / ".github" / "scenarios.svg").write_text(chart.svg(figures.counts(newest)))
    page = catalog.FOLDER / "README.md"
    page.write_text(table.replaced(page.read_text(), table.markdown(catalog.scenarios(), newest)))
    return 0


def lock(options: argparse.Namespace) -> int:
    """Write the hashes of the versions that the files of images name."""
    from tests.lab import images

    if not options.names:
        have = ", ".join(images.known())
        raise ParityError("which image?", evidence=f"there are {have}", remedy="python -m tests.lab lock NAME")
    for name in options.names:
        images.lock(name)
    return 0


def _chosen(options: argparse.Namespace) -> list[Scenario]:
    chosen = catalog.select(options.names)
    return catalog.sample(chosen) if options.sample else chosen


def _outcome(stages: "Run", stage: str) -> StageOutcome:
    try:
        return stages.do(stage)
    except AssertionError as error:
        return StageOutcome(stage, False, f"the lab failed: {error}")


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "list": list_,
    "check": check,
    "lab": lab,
    "run": run,
    "tell": tell,
    "prove": prove,
    "report": report,
    "recorded": recorded,
    "readme": readme,
    "lock": lock,
}
