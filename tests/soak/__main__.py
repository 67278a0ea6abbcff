"""Faults in numbers, against the real image on loopback: `make soak`, or `make soak NAME="log sockets"`."""

import argparse
import json
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import asdict

from tests.lab.sandbox import ROOT, Sandbox
from tests.soak import batch, cases, folders, models, outcomes, requests, roll, sockets
from tests.soak.box import box, say
from tests.soak.figure import Figure, table

CAMPAIGNS: dict[str, Callable[[Sandbox], Iterator[Figure]]] = {
    "crashes": folders.crashes,
    "passports": folders.passports,
    "sockets": sockets.run,
    "workers": models.workers,
    "reloads": models.reloads,
    "publications": models.publications,
    "roll": roll.run,
    "outcomes": outcomes.run,
    "batch": batch.run,
    "log": requests.run,
    "cases": cases.run,
}
RESULTS = ROOT / ".cache" / "soak-results"


def main() -> int:
    """Run the campaigns that are named, or all; 1 if a bar is not held."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(CAMPAIGNS))
    names = parser.parse_args().names or list(CAMPAIGNS)
    if strange := [name for name in names if name not in CAMPAIGNS]:
        parser.error(f"there is no campaign {strange[0]!r}: choose from {', '.join(CAMPAIGNS)}")
    RESULTS.mkdir(parents=True, exist_ok=True)
    with box() as made:
        for name in names:
            began = time.monotonic()
            say(f"{name}: begins")
            figures = []
            try:
                for figure in CAMPAIGNS[name](made):
                    figures.append(figure)
            except Exception as error:
                traceback.print_exc()
                figures.append(Figure(name, "the campaign itself", f"{type(error).__name__}", "none", held=False))
            (RESULTS / f"{name}.json").write_text(json.dumps([asdict(figure) for figure in figures]))
            held = sum(figure.held for figure in figures)
            say(f"{name}: {held} of {len(figures)} bars held, {time.monotonic() - began:.0f} s")
    figures = [Figure(**figure) for name in names for figure in json.loads((RESULTS / f"{name}.json").read_text())]
    text = table(figures)
    (RESULTS / "table.md").write_text(text + "\n")
    print(text)
    return 0 if all(figure.held for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
