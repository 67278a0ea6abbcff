"""The scenario lab: makes what scenarios need, runs them, and writes what they showed."""

import argparse
import sys

from shared.errors import program
from shared.image import signals
from tests.lab.commands import COMMANDS


@program
def main() -> int:
    """Run one command; results on stdout, everything else on stderr."""
    top = argparse.ArgumentParser(prog="python -m tests.lab", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True, metavar="command")
    for name, function in COMMANDS.items():
        command = commands.add_parser(name, help=(function.__doc__ or "").rstrip("."), description=function.__doc__)
        command.add_argument("names", nargs="*", metavar="NAME")
        command.add_argument("--sample", action="store_true", help="one for each way of being caught and each frame")
        command.add_argument("-n", "--workers", type=int, default=2, help="scenarios at the same time, 2 by default")
    options = top.parse_args()
    signals.listen()
    return COMMANDS[options.command](options)


if __name__ == "__main__":
    sys.exit(main())
