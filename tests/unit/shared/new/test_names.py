import keyword
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.new import names


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("TotalCharges", "total_charges"),
        ("customerID", "customer_id"),
        ("pH", "ph"),
        ("2nd Class", "field_2nd_class"),
        ("class", "class_value"),
        ("Größe (cm)", "grosse_cm"),
        ("share %", "share_percent"),
        ("年齢", "column_3"),
        ("", "column_3"),
        ("taken", "taken_value"),
        ("float", "float_value"),
        (f"{'How satisfied were you with the '}{'service ' * 20}?", "how_satisfied_were_you_with_the_service"),
    ],
)
def test_a_column_gets_a_name_that_python_takes(column: str, field: str) -> None:
    """In snake case, of Latin letters, and no keyword."""
    assert names.field(column, 3, {"taken"}) == field


@given(st.lists(st.text()))
def test_any_columns_get_names_of_their_own(columns: list[str]) -> None:
    """Whatever they are called."""
    found: list[str] = []
    for number, column in enumerate(columns, 1):
        found.append(names.field(column, number, found))
    assert len({*found}) == len(columns)
    assert all(re.fullmatch("[a-z][a-z0-9_]*", name) and not keyword.iskeyword(name) for name in found)


@pytest.mark.parametrize(("text", "name"), [("Bike Rentals", "bike-rentals"), ("2 Größen!", "grossen"), ("!", "")])
def test_a_project_gets_a_name_that_docker_takes(text: str, name: str) -> None:
    """As a proposal, where the one that was given is none."""
    assert names.project(text) == name
    assert not name or names.PROJECT.fullmatch(name)
