"""The days that a model is tested on."""

import pytest

from dev.split import days as understood
from shared.lifecycle.year import held_out


@pytest.mark.parametrize(
    ("month", "interval"), [("2013-03", "2013-03-18/2013-04-01"), ("2013-12", "2013-12-18/2014-01-01")]
)
def test_a_model_is_tested_on_the_last_days_of_a_month(month: str, interval: str) -> None:
    """In the form that training takes."""
    assert held_out(month) == interval
    assert len(understood(interval)) == 2
