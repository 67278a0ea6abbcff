"""Record what a source answers, so that file:FILE can stand for it: CI need not pull last month's image."""

import argparse
import json

from shared.compare.facts import FORMAT
from shared.errors import ParityError
from shared.parity import sources
from shared.parity.commands import replaying
from shared.parity.options import Options, progress, write
from shared.parity.replay.side import Side


def add_options(options: Options) -> None:
    """The source, and what it is asked."""
    options.parser.add_argument("source", metavar="SOURCE", help="image:REF, container:ID or archive:FILE")
    options.add_python()
    replaying.add_options(options)
    options.add_output()


def run(options: argparse.Namespace) -> int:
    """Take the snapshot, ask twice, and write both."""
    requests = replaying.requests(options)
    if requests is None:
        raise ParityError(
            "there is nothing to record", evidence="no --golden", remedy="--golden FILE, and --http or --predict"
        )
    with sources.opened(options.source, python=options.python or ()) as (source,):
        if source.environment is None:
            raise ParityError(
                "a file cannot answer", evidence=options.source, remedy="name image:REF, container:ID or archive:FILE"
            )
        progress(f"snapshot of {source.name}, replay of {len(requests.texts)} requests, twice")
        taken = source.take()
        side = Side(source.name, source.environment).ask(requests, 2)
        if side.failure:
            raise side.failure
        content = {
            "format": FORMAT,
            "facts": taken.facts,
            "asked": requests.how,
            "requests": requests.texts,
            "replay": side.record(),
        }
    write(options.output, json.dumps(content, indent=1) + "\n")
    return 0
