"""Print a model's passport."""

import argparse
import sys

from shared import passport
from shared.parity.options import CURRENT, Options, model_folder


def add_options(options: Options) -> None:
    """The model."""
    options.parser.add_argument("model", type=model_folder, metavar="MODEL", help=f"a model folder, such as {CURRENT}")


def run(options: argparse.Namespace) -> int:
    """Print it."""
    sys.stdout.write(passport.show(options.model))
    return 0
