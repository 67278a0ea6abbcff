"""Flights of the test months that are kept with a model: golden requests, and windows that it has not learned from."""

from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from shared.contract import Row


def golden_rows(late: npt.NDArray[np.bool_], size: int) -> npt.NDArray[np.int_]:
    """Numbers of `size` rows: half of them late, evenly spread over time.

    Args:
        late: shape (n,), in order of time.
    """
    halves = [np.flatnonzero(late), np.flatnonzero(~late)]
    spread = [half[np.linspace(0, len(half) - 1, size // 2).astype(int)] for half in halves]
    return np.unique(np.concatenate(spread))


def held_out_windows(flights: Sequence[Row], rows: int, count: int) -> dict[str, bytes]:
    """Up to `count` windows of consecutive flights, evenly spread, as bodies of requests by file name.

    Golden requests make no day: half of them are late, and some are edge cases. A service is sent days like these,
    and windows of training are such days.
    """
    count = min(count, len(flights) // rows)
    starts = [(2 * number + 1) * len(flights) // (2 * count) - rows // 2 for number in range(count)]
    return {
        f"window-{number}.json": msgspec.json.encode({"instances": flights[start : start + rows]})
        for number, start in enumerate(starts, 1)
    }
