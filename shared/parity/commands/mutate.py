"""Send a running service what its contract forbids."""

import argparse

from shared.parity import mutate
from shared.parity.options import Options, deliver, progress

__doc__ = mutate.__doc__


def add_options(options: Options) -> None:
    """The service and its model."""
    options.parser.add_argument("url", metavar="URL", help="such as http://127.0.0.1:8000")
    options.add_model("the model that it serves")
    options.add_timeout("everything together", "180")
    options.add_reports()


def run(options: argparse.Namespace) -> int:
    """Send, and judge."""
    return deliver(options, mutate.mutate(options.url, options.model, options.timeout, progress))
