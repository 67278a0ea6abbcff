"""Say what a check looks at, and why."""

import argparse

from shared.compare import checks
from shared.parity import mutate, predictions, project, service
from shared.parity.bisect import search
from shared.parity.options import Options

OTHERS = {
    "predictions": predictions.__doc__,
    "replay": service.__doc__,
    "mutate": mutate.__doc__,
    "bisect": search.__doc__,
    project.EXPIRED: project.__doc__,
}
"""What has findings without being a comparison of two snapshots."""


def add_options(options: Options) -> None:
    """The check."""
    help_ = "lists all without one"
    options.parser.add_argument("check", nargs="?", choices=[*checks.CHECKS, *OTHERS], metavar="CHECK", help=help_)


def run(options: argparse.Namespace) -> int:
    """Print its explanation, or the questions that checks answer."""
    if options.check:
        print(_text(options.check))
    else:
        for name in (*checks.CHECKS, *OTHERS):
            print(f"{name:<12} {_text(name).splitlines()[0].partition(': ')[2]}")
    return 0


def _text(name: str) -> str:
    return checks.explain(name) if name in checks.CHECKS else f"{name}: {OTHERS[name]}"
