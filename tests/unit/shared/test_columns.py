"""Columns as a table, of whatever problem."""

from shared.columns import CATEGORICAL, NUMERIC, table


def test_nulls_alone_are_as_nulls_among_texts() -> None:
    """A request of one row has the missing category that a table of many has."""
    names = (*CATEGORICAL, *NUMERIC)
    alone = table({name: [None] for name in names})
    among = table({name: [None, "text" if name in CATEGORICAL else 1.0] for name in names})
    assert alone.dtypes.to_dict() == among.dtypes.to_dict()
    assert alone.isna().all(axis=None)
