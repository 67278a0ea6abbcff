"""Columns as a table and as numbers: the same types and values, whatever is missing."""

import math

import msgspec
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from shared.columns import CATEGORICAL, NUMERIC, features, frame, numbers
from shared.contract import Row
from tests.unit.shared.problem.test_contract import NULLABLE, rows
from tests.unit.tiny import flight


def test_a_table_has_the_same_types_whatever_is_missing() -> None:
    """A batch in which a column is all null has the dtypes of one in which none is."""
    expected = dict.fromkeys(CATEGORICAL, "str") | dict.fromkeys(NUMERIC, "float64")
    for one in (flight(), flight(**dict.fromkeys(NULLABLE))):
        assert frame([one]).dtypes.astype(str).to_dict() == expected


def test_unknown_is_not_a_number() -> None:
    """A null is NaN for the model, and nothing else is."""
    columns = features([flight(**dict.fromkeys(NULLABLE))])
    for name, value in zip(NUMERIC, numbers(columns)[0].tolist(), strict=True):
        assert math.isnan(value) == (name in NULLABLE)


@given(st.lists(rows(), min_size=1, max_size=4))
def test_numbers_are_those_of_the_table(valid: list[dict[str, str]]) -> None:
    """Who computes without a table sees what is in it, to the last bit."""
    flights = msgspec.convert(valid, list[Row])
    table = pd.DataFrame(numbers(features(flights)), columns=list(NUMERIC))
    pd.testing.assert_frame_equal(frame(flights)[list(NUMERIC)], table, check_exact=True)
