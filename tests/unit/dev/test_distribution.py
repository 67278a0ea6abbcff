"""The training distribution: enough to tell later that a column has changed."""

import json

import pytest

from dev.distribution import distribution
from shared.contract import FIELDS, to_frame
from tests.unit.tiny import flight


def test_columns_by_hand() -> None:
    """Shares of categories, quantiles of numbers without the missing, times in seconds."""
    described = distribution(
        to_frame(
            [
                flight(carrier=carrier, wind_gust_mph=gust)
                for carrier, gust in zip(("A1", "A1", "B6", "A1"), (10, None, 20, 30), strict=True)
            ]
        )
    )
    assert described["carrier"] == {"missing": 0, "shares": {"A1": 0.75, "B6": 0.25}}
    assert described["wind_gust_mph"]["missing"] == 0.25
    quantiles = described["wind_gust_mph"]["quantiles"]
    assert [quantiles[level] for level in ("0.0", "0.25", "0.5", "1.0")] == [10, 15, 20, 30]
    assert described["scheduled_departure"]["quantiles"]["0.5"] == flight().scheduled_departure.timestamp()


def test_every_column_is_described_in_json() -> None:
    """The passport holds it, so it is strict JSON, also for a column without values."""
    described = distribution(to_frame([flight(temperature_f=None), flight(temperature_f=None)]))
    assert list(described) == list(FIELDS)
    assert described["temperature_f"]["missing"] == 1
    json.dumps(described, allow_nan=False)


@pytest.mark.parametrize("name", FIELDS)
def test_each_column_has_one_kind_of_description(name: str) -> None:
    """Categories have shares, all else quantiles."""
    kinds = set(distribution(to_frame([flight()]))[name])
    assert kinds == {"missing", "shares" if name in ("carrier", "origin", "destination") else "quantiles"}
