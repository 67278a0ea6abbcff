"""`lock NAME…`: write the hashes of the versions that the files of images name."""

import sys

from shared.errors import ParityError
from tests.lab import images

try:
    match sys.argv[1:]:
        case ["lock", *names] if names:
            for name in names:
                images.lock(name)
        case _:
            sys.exit(f"usage: python -m tests.lab.images lock NAME…; there are {', '.join(images.known())}")
except ParityError as error:
    sys.exit(f"error: {error}")
