"""Options of the commands that replay golden requests of any image. Not a command itself."""

import argparse
from pathlib import Path

from shared.errors import ParityError
from shared.parity.options import Options
from shared.parity.replay.requests import Requests, Rules, read

GIVEN = ("model", "golden", "predict", "http", "tolerance", "threshold", "label")


def add_options(options: Options, limited: str = "one run of --predict or --http", seconds: str = "120") -> None:
    """What is asked, how, and how answers are judged."""
    options.add("golden", Path, "requests, one in JSON on each line, for --http or --predict", metavar="FILE")
    options.add("http", str, "send them through the server that the image starts: 'POST /predict'", metavar="REQUEST")
    options.add(
        "predict", str, "a command that answers each line of JSON with one of its own, for any image", metavar="COMMAND"
    )
    options.add("tolerance", _number, "how far a number may move; measured if it is not given", metavar="NUMBER")
    options.add("threshold", _number, "from this score on, an answer is positive", metavar="NUMBER")
    options.add("label", str, "field of the answer that is the label, or with --threshold the score", metavar="FIELD")
    options.add_timeout(limited, seconds)


def requests(options: argparse.Namespace) -> Requests | None:
    """The requests of --golden; None if no option asks for them.

    Raises:
        ParityError: options that need each other are not given together; the file cannot be read.
    """
    model = getattr(options, "model", None)
    given = [name for name in GIVEN if getattr(options, name, None) is not None]
    if not set(given) - {"model"}:
        return None
    how = [name for name in ("predict", "http") if getattr(options, name) is not None]
    if options.golden is None or len(how) != 1 or model is not None:
        raise ParityError(
            "that replay is not complete",
            evidence=f"given: {', '.join(f'--{name}' for name in given)}",
            remedy="give --model alone for a model of ours, or --golden and one of --http and --predict for any other",
        )
    rules = Rules(options.tolerance, options.threshold, options.label)
    return read(options.golden, options.predict, options.http, options.timeout, rules)


def _number(value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = -1.0
    if not 0 <= number < float("inf"):
        raise argparse.ArgumentTypeError(f"expected a number from 0 on, got {value!r}")
    return number
