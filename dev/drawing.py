"""Rows of the test part that are kept with a model: golden requests, and windows that it has not learned from."""

from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from shared.contract import Row


def golden_rows(strata: npt.NDArray[np.int_], size: int) -> npt.NDArray[np.int_]:
    """Numbers of at most `size` rows: as many of each stratum, evenly spread.

    Half of them say yes and half no, or each class has its share, or each tenth of a number.

    Args:
        strata: shape (n,), of each row, in order.
    """
    parts = [np.flatnonzero(strata == each) for each in np.unique(strata)[::-1]]
    each = max(size // len(parts), 1)
    spread = [part[np.linspace(0, len(part) - 1, each).astype(int)] for part in parts]
    return np.unique(np.concatenate(spread))


def held_out_windows(rows: Sequence[Row], size: int, count: int) -> dict[str, bytes]:
    """Up to `count` windows of `size` consecutive rows, evenly spread, as bodies of requests by file name.

    Golden requests make no window: there are as many of each class, and some are edge cases. A service is sent windows
    like these, and windows of training are such.
    """
    count = min(count, len(rows) // size)
    starts = [(2 * number + 1) * len(rows) // (2 * count) - size // 2 for number in range(count)]
    return {
        f"window-{number}.json": msgspec.json.encode({"instances": rows[start : start + size]})
        for number, start in enumerate(starts, 1)
    }
