"""The training distribution: enough to tell later that a column has changed."""

import json
from dataclasses import asdict

import msgspec
import pytest

from dev.distribution import OVERLAP, distribution
from dev.params import WindowParams
from shared.columns import CATEGORICAL, NUMERIC, frame
from shared.window import measure
from tests.unit.tiny import flight

WINDOW = WindowParams(rows=2, margin=1.25, held_out=0)


def test_columns_by_hand() -> None:
    """Shares of categories; quantiles of numbers are values that occurred, without the missing."""
    rows = [
        flight(carrier=carrier, wind_gust_mph=gust)
        for carrier, gust in zip(("A1", "A1", "B6", "A1"), (10, None, 20, 31), strict=True)
    ] * 5
    columns = distribution(frame(rows), WINDOW).columns
    assert (columns["carrier"].missing, columns["carrier"].shares) == (0, {"A1": 0.75, "B6": 0.25})
    gusts = columns["wind_gust_mph"]
    assert (gusts.missing, gusts.quantiles[0], gusts.quantiles[50], gusts.quantiles[-1]) == (0.25, 10, 20, 31)
    assert set(gusts.quantiles) == {10, 20, 31}


def test_every_column_is_described_in_json() -> None:
    """The passport holds it, so it is strict JSON, also for a column without values."""
    described = distribution(frame([flight(temperature_f=None)] * 30), WINDOW)
    assert set(described.columns) == {*CATEGORICAL, *NUMERIC}
    assert (described.columns["temperature_f"].missing, described.columns["temperature_f"].quantiles) == (1, [])
    json.dumps(asdict(described), allow_nan=False)
    assert msgspec.json.decode(msgspec.json.encode(described), type=type(described)) == described


def test_limits_come_from_the_windows_of_training() -> None:
    """None of them is unusual, and each limit is near the most extreme of them: a quarter more in odds."""
    rows = frame([flight(temperature_f=40 + number * 7 % 90) for number in range(400)])
    described = distribution(rows, WindowParams(40, 1.25, 0))
    starts = range(0, 361, 40 // OVERLAP)
    windows = [measure(rows.iloc[start : start + 40], described.columns) for start in starts]
    assert described.windows == len(windows)
    for limit in described.limits:
        values = [each[limit.test, limit.columns] for each in windows if (limit.test, limit.columns) in each]
        most = max(values)
        assert all(limit.low <= value <= limit.high for value in values)
        assert limit.high == pytest.approx(1 if most == 1 else 1 / (1 + (1 - most) / (1.25 * most)) if most else 0)


def test_few_rows_make_smaller_windows() -> None:
    """So that there are enough to tell what is usual."""
    described = distribution(frame([flight()] * 55), WindowParams(900, 1.25, 0))
    assert described.rows == 5
    assert described.windows >= 10
