"""Compare two environments. A and B are image:REF, container:ID, archive:FILE (of docker save) or file:SNAPSHOT."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from shared.compare.report import Report
from shared.errors import ParityError
from shared.parity import foreign, gate
from shared.parity.options import Options, deliver, progress

HELP = "compare two environments"


def add_options(options: Options) -> None:
    """The two sides, and what is replayed in both."""
    options.parser.add_argument("a", metavar="A", help="such as image:shop:1.4, what is trusted")
    options.parser.add_argument("b", metavar="B", help="such as container:shop, what is to be judged")
    options.add("model", Path, "replay the golden requests of this model folder in both", metavar="DIR")
    options.add("golden", Path, "requests for --predict, one in JSON on each line", metavar="FILE")
    options.add(
        "predict", str, "a command that answers each line of JSON with one of its own, for any image", metavar="COMMAND"
    )
    options.add_timeout("one run of --predict", "120")
    options.add_reports()
    options.parser.set_defaults(project=options.project)


def run(options: argparse.Namespace) -> int:
    """Compare, and apply what the project ignores."""
    report: Report = options.project.judge(_compared(options), datetime.now(UTC).date())
    return deliver(options, report)


def _compared(options: argparse.Namespace) -> Report:
    if options.predict is None and options.golden is None:
        return gate.gate(options.a, options.b, options.model, progress)
    if options.predict is None or options.golden is None or options.model is not None:
        given = [name for name in ("model", "golden", "predict") if getattr(options, name) is not None]
        raise ParityError(
            "that replay is not complete",
            evidence=f"given: {', '.join(f'--{name}' for name in given)}",
            remedy="give --model alone for a model of ours, or --golden and --predict for any other",
        )
    command = foreign.command(options.predict, options.golden, options.timeout)
    return gate.gate_command(options.a, options.b, command, progress)
