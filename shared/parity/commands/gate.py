"""Compare two environments. A and B are image:REF, container:ID, archive:FILE (of docker save) or file:SNAPSHOT."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from shared.compare.report import Report
from shared.parity import gate
from shared.parity.commands import replaying
from shared.parity.options import Options, deliver, progress


def add_options(options: Options) -> None:
    """The two sides, and what is replayed in both."""
    options.parser.add_argument("a", metavar="A", help="such as image:shop:1.4, what is trusted")
    options.parser.add_argument("b", metavar="B", help="such as container:shop, what is to be judged")
    options.add("model", Path, "replay the golden requests of this model folder in both", metavar="DIR")
    options.add_python(sides=True)
    replaying.add_options(options)
    options.add_reports()
    options.parser.set_defaults(project=options.project)


def run(options: argparse.Namespace) -> int:
    """Compare, and apply what the project ignores."""
    report: Report = options.project.judge(_compared(options), datetime.now(UTC).date())
    return deliver(options, report)


def _compared(options: argparse.Namespace) -> Report:
    requests = replaying.requests(options)
    if requests is None:
        return gate.gate(options.a, options.b, options.model, progress, options.python or ())
    return gate.gate_requests(options.a, options.b, requests, progress, options.python or ())
