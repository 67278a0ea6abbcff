"""The scenario lab: `lab` makes what scenarios need, `run` runs them, `list` names them."""

import argparse
import os
import sys
from pathlib import Path

from shared.errors import ParityError
from tests.harness import catalog, lab, record, scenario

TESTS = "tests/scenarios/test_scenarios.py"


def main() -> int:
    """Run one command."""
    top = argparse.ArgumentParser(prog="python -m tests.harness", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True, metavar="command")
    for name, help_ in (
        ("lab", "make what scenarios need: a model, flights, images"),
        ("run", "run scenarios and print a table as they finish"),
        ("tell", "run one scenario and tell it as a story"),
        ("list", "list the scenarios"),
    ):
        command = commands.add_parser(name, help=help_)
        command.add_argument("names", nargs="*", metavar="NAME")
        command.add_argument("-n", "--workers", type=int, default=2, help="scenarios at the same time, 2 by default")
    options = top.parse_args()
    try:
        chosen = _chosen(options.names)
        if options.command == "list":
            for each in chosen:
                print(f"{each.name:28}  {each.kind:11}  {each.title}")
            return 0
        lab.prepare(set().union(*(each.images for each in chosen)))
        return 0 if options.command == "lab" else _run(chosen, options)
    except ParityError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


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
    if options.command == "tell":
        for each in chosen:
            print(catalog.story(each, recorder.outcomes(each)))
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
