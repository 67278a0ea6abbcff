"""Ask a running service what must not matter."""

import argparse

from shared.parity import service
from shared.parity.options import Options, deliver, progress

__doc__ = service.__doc__


def add_options(options: Options) -> None:
    """The service and its model."""
    options.parser.add_argument("url", metavar="URL", help="such as http://127.0.0.1:8000")
    options.add_model("the model that it serves")
    options.add(
        "container",
        str,
        "behind URL: is restarted, and a copy of it is asked at another time",
        metavar="ID",
    )
    options.add_timeout("everything together", "120")
    options.add_reports()


def run(options: argparse.Namespace) -> int:
    """Ask, and judge."""
    report = service.replay(options.url, options.model, options.timeout, progress, options.container or "")
    return deliver(options, report)
