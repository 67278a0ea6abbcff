"""Print the snapshot of one environment as JSON."""

import argparse
import json
from pathlib import Path

from shared.compare.facts import FORMAT
from shared.parity import sources
from shared.parity.options import Options, progress, write


def add_options(options: Options) -> None:
    """The environment."""
    options.parser.add_argument("source", metavar="SOURCE", help="image:REF, container:ID or archive:FILE")
    options.add("model", Path, "with its answers to the golden requests of this model folder", metavar="DIR")
    options.add_python()
    options.add_output()


def run(options: argparse.Namespace) -> int:
    """Take it, and print it."""
    progress(f"snapshot of {options.source}")
    taken = sources.take(options.source, options.model, options.python or ())
    write(options.output, json.dumps({"format": FORMAT, "facts": taken.facts}, indent=2) + "\n")
    return 0
