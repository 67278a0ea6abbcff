"""Dask's workers as an executor, once each is seen to be what this process is."""

from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor
from contextlib import contextmanager

import distributed

from prod.batch import scoring, workers
from prod.batch.scoring import Model
from shared.compare.facts import snapshot
from shared.errors import ParityError

WAIT_SECONDS = 120


@contextmanager
def executor(address: str, count: int, model: Model) -> Iterator[Executor]:
    """So many workers or more, each of them examined.

    Raises:
        ParityError: they are not there in time, or one differs in what could change predictions.
    """
    try:
        with distributed.Client(address, timeout=WAIT_SECONDS) as client:
            client.wait_for_workers(count, timeout=WAIT_SECONDS)
            workers.examine(client.run(snapshot), client.run(scoring.which), model)
            # Each call is work of its own (not pure), and is given to another worker where one is lost.
            yield client.get_executor(pure=False, retries=3)
    except CancelledError:
        raise ParityError(
            "the scheduler is gone",
            evidence=f"{address}: what was under way is cancelled",
            remedy="the same command goes on where it stopped",
        ) from None
    except (TimeoutError, OSError) as error:
        raise ParityError(
            f"there are no {count} workers to score with",
            evidence=f"{address}, for {WAIT_SECONDS} s: {error}",
            remedy="see why in their logs: a worker that the guard refuses does not connect",
        ) from None
