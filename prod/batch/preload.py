"""What a worker of Dask runs before it connects: the guard, as a server does before it listens.

`dask worker --preload prod.batch.preload`. Dask logs what a preload raises, and connects all the same; so a worker that
the guard refuses ends here and now. One in which nothing is held scores nothing (`prod.batch.scoring`).
"""

import os
import sys

from prod import guard
from prod.batch import scoring
from shared import settings
from shared.errors import ParityError


def dask_setup(_: object) -> None:
    """Examine the current model, and hold it; end the process if it is refused."""
    try:
        held = scoring.hold(guard.examine_here(settings.read()))
    except ParityError as error:
        print(f"error: {error}", file=sys.stderr, flush=True)
        os._exit(error.exit_code)
    print(f"worker: model {held.model.version} is examined", file=sys.stderr, flush=True)
