"""Where a model comes from, and what it answered."""

import argparse

from shared import lineage
from shared.parity.options import CURRENT, Options, model_folder, write

__doc__ = lineage.__doc__


def add_options(options: Options) -> None:
    """The model."""
    options.parser.add_argument("model", type=model_folder, metavar="MODEL", help=f"a model folder, such as {CURRENT}")
    options.add_output(*lineage.FORMATS)


def run(options: argparse.Namespace) -> int:
    """Print it."""
    write(options.output, lineage.FORMATS[options.format](lineage.lineage(options.model)))
    return 0
