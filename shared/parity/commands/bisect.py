"""Find which differences change the predictions."""

import argparse
from pathlib import Path

from shared.parity.bisect import result, search
from shared.parity.bisect.questions import OfModel, OfRequests, Question
from shared.parity.commands import replaying
from shared.parity.options import CURRENT, Options, progress, write

EXIT_CODES = "Exit 0: the predictions are the same; 1: the cause, or that it lies outside; 2: could not decide."
FORMATS = {"text": result.text, "json": result.to_json}
__doc__ = search.__doc__


def add_options(options: Options) -> None:
    """The two sides, and the model that answers otherwise."""
    options.parser.formatter_class = argparse.RawDescriptionHelpFormatter
    options.parser.epilog = EXIT_CODES
    options.parser.add_argument("a", metavar="A", help="image:REF or container:ID, what is trusted")
    options.parser.add_argument("b", metavar="B", help="the same, what answers otherwise")
    options.add("model", Path, f"whose golden requests are replayed (default: {CURRENT})", metavar="DIR")
    replaying.add_options(options, "everything together", "600")
    options.add_output(*FORMATS)


def run(options: argparse.Namespace) -> int:
    """Search, and print what was found."""
    requests = replaying.requests(options)
    question: Question = OfModel(options.model or Path(CURRENT)) if requests is None else OfRequests(requests)
    found = search.bisect(options.a, options.b, question, options.timeout, progress)
    write(options.output, FORMATS[options.format](found))
    return found.exit_code
