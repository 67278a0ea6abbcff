import datetime as dt
from pathlib import Path

import pytest

from dev import delimited
from dev.delimited import Form, Moment, Number, Reading, Text, YesNo
from shared.errors import ParityError

FORM = Form(encoding="utf-8", delimiter=",", missing=("", "NA"))


@pytest.mark.parametrize(
    ("reading", "cell", "value"),
    [
        (Number(whole=True), "-12", -12),
        (Number(), "1.5e3", 1500.0),
        (Number(whole=True, group=","), "1,234,567", 1_234_567),
        (Number(group=","), "1,234.5", 1234.5),
        (Number(group=","), "12.5", 12.5),
        (Number(point=",", group="."), "1.234,5", 1234.5),
        (Number(point=","), "0,25", 0.25),
        (Number(whole=True), "9223372036854775807", 2**63 - 1),
        (Number(group=",", mark="$"), "-$1,234.50", -1234.5),
        (Number(group=",", mark="$"), "1,234", 1234.0),
        (Number(point=",", mark="%"), "12,5 %", 12.5),
        (Number(whole=True, mark="€"), "€ 7", 7),
        (YesNo("ja", "nein"), "JA", True),
        (YesNo("1", "0"), "0", False),
        (Moment(), "2024-02-29T12:00:00+02:00", dt.datetime(2024, 2, 29, 10, tzinfo=dt.UTC)),
        (Moment(), "2024-02-29 10:00:00 UTC", dt.datetime(2024, 2, 29, 10, tzinfo=dt.UTC)),
        (Moment(), "20240229", dt.datetime(2024, 2, 29, tzinfo=dt.UTC)),
        (Moment("%d.%m.%Y"), "29.02.2024", dt.datetime(2024, 2, 29, tzinfo=dt.UTC)),
        (Text(), "2nd", "2nd"),
    ],
)
def test_a_cell_is_read_as_declared(reading: Reading, cell: str, value: object) -> None:
    """Decimals and thousands as they are written; a time without an offset is UTC's."""
    assert reading(cell) == value


@pytest.mark.parametrize(
    ("reading", "cell"),
    [
        (Number(whole=True), "1.0"),
        (Number(), "nan"),
        (Number(), "1_000"),
        (Number(), "١٢"),
        (Number(group=","), "1,23"),
        (Number(group=","), "0,123"),
        (Number(), "1e400"),
        (Number(whole=True), "9223372036854775808"),
        (Number(mark="$"), "1$0"),
        (Number(mark="$"), "€5"),
        (Number(group=","), "1.234,5"),
        (Number(point=","), "1.5"),
        (YesNo("yes", "no"), "maybe"),
        (Moment("%d.%m.%Y"), "30.02.2024"),
        (Moment(), "9999-12-31T23:59:59-12:00"),
    ],
)
def test_what_no_declaration_fits_is_refused(reading: Reading, cell: str) -> None:
    """Rather than taken for something else."""
    with pytest.raises(ValueError):
        reading(cell)


def test_a_table_keeps_what_it_cannot_read(tmp_path: Path) -> None:
    """As text, which breaks the contract; a row of another length says so, and a time that is none is nothing."""
    path = tmp_path / "table.csv"
    path.write_text('n,when,"a, b"\n1,2024-01-01,x\n\n many ,later," y "\nNA,,\n1,2\n')
    columns = {"number": ("n", Number()), "time": ("when", Moment()), "text": ("a, b", Text())}
    lines, values = delimited.read(path, FORM, columns)
    assert lines == [2, 4, 5, 6]
    assert values["number"] == [1.0, "many", None, "2 cells, not 3"]
    assert values["time"] == [dt.datetime(2024, 1, 1, tzinfo=dt.UTC), None, None, None]
    assert values["text"] == ["x", "y", None, "2 cells, not 3"]


def test_a_quote_without_its_end_is_an_error(tmp_path: Path) -> None:
    """With the line, rather than a traceback."""
    path = tmp_path / "table.csv"
    path.write_text('n\n1\n"' + 200_000 * "2\n")
    with pytest.raises(ParityError, match="cannot be read as CSV") as caught:
        delimited.read(path, FORM, {"number": ("n", Number())})
    assert "line" in caught.value.evidence
