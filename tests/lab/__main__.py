"""The scenario lab: `lab` makes what scenarios need, `run` runs them, `list` names them."""

import argparse
import os
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from shared.errors import ParityError, program
from tests.lab import assets, catalog, picture, record, scenario
from tests.lab.known import Shared
from tests.lab.stages import Run

TESTS = "tests/scenarios/test_scenarios.py"


@program
def main() -> int:
    """Run one command."""
    top = argparse.ArgumentParser(prog="python -m tests.lab", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True, metavar="command")
    for name, help_ in (
        ("lab", "make what scenarios need: a model, flights, images"),
        ("run", "run scenarios and print a table as they finish"),
        ("tell", "run one scenario and tell it as a story"),
        ("list", "list the scenarios"),
        ("prove", "run what catches them without the checks that do: it must not"),
        ("report", "write the newest record as a page"),
        ("readme", "write the newest record into the table and the picture of README.md"),
    ):
        command = commands.add_parser(name, help=help_)
        command.add_argument("names", nargs="*", metavar="NAME")
        command.add_argument("--sample", action="store_true", help="one for each way of being caught, and a control")
        command.add_argument("-n", "--workers", type=int, default=2, help="scenarios at the same time, 2 by default")
    options = top.parse_args()
    chosen = _chosen(options.names)
    chosen = scenario.sample(chosen) if options.sample else chosen
    if options.command in QUICK:
        return QUICK[options.command](chosen)
    assets.prepare(set().union(*(each.images for each in chosen)))
    if options.command == "lab":
        return 0
    return _prove(chosen) if options.command == "prove" else _run(chosen, options)


def _chosen(names: list[str]) -> list[scenario.Scenario]:
    known = {each.name: each for each in scenario.everything()}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ParityError(
            f"there is no scenario {unknown[0]}",
            evidence=f"there are {', '.join(known)}",
            remedy="make scenarios LIST=1",
        )
    return [known[name] for name in names] or list(known.values())


def _run(chosen: list[scenario.Scenario], options: argparse.Namespace) -> int:
    import pytest

    os.environ["PARITY_SCENARIO"] = " ".join(each.name for each in chosen)
    alone = options.command == "tell" or len(chosen) == 1
    workers = () if alone else ("-n", str(options.workers), "--dist", "loadgroup")
    recorder = record.Recorder(table=options.command == "run")
    os.chdir(Path(__file__).parents[2])
    quiet = ("--override-ini=addopts=--import-mode=importlib", "-p", "no:terminal", "-p", "no:cacheprovider")
    code = pytest.main([*quiet, *workers, TESTS], plugins=[recorder])
    if code == pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    if options.command == "tell":
        for each in chosen:
            print(catalog.story(each, recorder.outcomes(each)))
    return int(code)


def _prove(chosen: list[scenario.Scenario]) -> int:
    """Disable the checks that catch a break: if it is caught all the same, they are not what catches it."""
    caught = []
    with tempfile.TemporaryDirectory() as folder, closing(Shared(Path(folder))) as shared:
        for each in chosen:
            if each.control or each.unavailable():
                continue
            with closing(Run(each, shared, disabled=True)) as run:
                outcome = run.do("caught")
            caught += [each.name] if outcome.holds else []
            print(
                f"{each.name:28}  {'STILL CAUGHT' if outcome.holds else 'proven':12}  {outcome.evidence[:90]}",
                flush=True,
            )
            record.prove(each.name, not outcome.holds)
    return 1 if caught else 0


def _list(chosen: list[scenario.Scenario]) -> int:
    for each in chosen:
        print(f"{each.name:28}  {each.kind:11}  {each.title}")
    return 0


def _report(_: list[scenario.Scenario]) -> int:
    from tests.lab import report

    page = record.FOLDER / "report.html"
    page.write_text(report.render(record.newest()))
    print(page)
    return 0


def _readme(_: list[scenario.Scenario]) -> int:
    (assets.ROOT / ".github" / "scenarios.svg").write_text(picture.svg(record.newest()))
    readme = assets.ROOT / "README.md"
    readme.write_text(catalog.replaced(readme.read_text(), catalog.markdown(record.newest())))
    return 0


QUICK = {"list": _list, "report": _report, "readme": _readme}
"""Commands that start nothing."""

if __name__ == "__main__":
    sys.exit(main())
