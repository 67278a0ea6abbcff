"""python3 -m shared.image: how the one image is made, checked and removed."""

import argparse
import os
import sys

from shared.errors import ParityError
from shared.image import build


def main() -> int:
    """Run one command; results on stdout, everything else on stderr."""
    parser = argparse.ArgumentParser(prog="python3 -m shared.image", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")
    command = commands.add_parser("build", help="build the image and record its ID in .env")
    command.add_argument("--test", action="store_true", help="build the image plus its test layer; print that ID")
    command.set_defaults(run=_build)
    options = parser.parse_args()
    os.umask(0o022)  # what goes into the image must be readable for whoever runs it
    try:
        return int(options.run(options))
    except ParityError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 130


def _build(options: argparse.Namespace) -> int:
    image = build.build(test=options.test)
    print(image.id if options.test else image)
    return 0


if __name__ == "__main__":
    sys.exit(main())
