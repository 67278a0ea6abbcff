"""Say what a check looks at, and why."""

import argparse

from shared.compare import checks, predictions
from shared.parity import mutate, project, service
from shared.parity.bisect import search
from shared.parity.options import Options

HELP = "say what a check looks at, and why"
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
    options.parser.add_argument("check", choices=[*checks.CHECKS, *OTHERS])


def run(options: argparse.Namespace) -> int:
    """Print its explanation."""
    name = options.check
    print(checks.explain(name) if name in checks.CHECKS else f"{name}: {OTHERS[name]}")
    return 0
