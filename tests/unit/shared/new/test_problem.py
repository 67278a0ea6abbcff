import datetime as dt
from pathlib import Path

import pytest

from dev.delimited import Moment, Number, Text, YesNo
from shared.errors import ParityError
from shared.new import problem, profile
from shared.new.problem import Problem
from shared.new.table import TableError
from tests.unit.shared.new.tables import ROWS, churn, written


def stated(path: Path, target: str, time: str = "", positive: str = "") -> Problem:
    """What is found in a table."""
    return problem.state(path, target, time, positive)


def test_columns_become_fields(tmp_path: Path) -> None:
    """Named in snake case, typed, with ranges and what is missing; an identifier is left out with a word."""
    found = stated(churn(tmp_path / "churn.csv"), "churned", time="joined")
    fields = {field.name: field for field in found.fields}
    assert {name: field.kind for name, field in fields.items()} == {
        "class_value": "listed",
        "field_2nd_grosse_cm": "whole",
        "total_usd": "number",
        "joined": "time",
        "active": "boolean",
    }
    assert [field.reading for field in found.fields] == [
        Text(),
        Number(whole=True),
        Number(group=","),
        Moment("%d/%m/%Y"),
        YesNo("yes", "No"),
    ]
    assert fields["class_value"].values == ("a", "b", "c")
    assert (fields["field_2nd_grosse_cm"].unit, fields["total_usd"].unit) == ("cm", "USD")
    assert fields["field_2nd_grosse_cm"].low <= 150
    assert fields["field_2nd_grosse_cm"].high >= 189
    assert [name for name, field in fields.items() if field.nullable] == ["total_usd"]
    assert found.left_out == (("customerID", "each row has another text: an identifier"),)
    assert found.time == "joined"
    assert found.split.lines[0] == 'by = "time"'


@pytest.mark.parametrize(
    ("values", "positive", "kind", "classes"),
    [
        (("No", "Yes", "No", "No"), "", "binary", ("Yes", "No")),
        (("good", "bad", "good", "good"), "", "binary", ("bad", "good")),
        (("good", "bad", "good", "good"), "good", "binary", ("good", "bad")),
        ((0, 1, 0, 0), "", "binary", ("1", "0")),
        (("low", "high", "mid"), "", "multiclass", ("high", "low", "mid")),
        ((3, 4, 5), "", "multiclass", ("3", "4", "5")),
        ((0.5, 1.5, 2.5), "", "regression", ()),
        (("1.0", "0.0", "1.0"), "", "binary", ("1.0", "0.0")),
        (("1.0", "2.0", "3.0"), "", "multiclass", ("1.0", "2.0", "3.0")),
        (tuple(range(50)), "", "regression", ()),
    ],
)
def test_the_kind_of_target_is_inferred(
    values: tuple[object, ...], positive: str, kind: str, classes: tuple[str, ...], tmp_path: Path
) -> None:
    """From how many values it has, and of which type; the positive class is the one that says yes, or the rarer."""
    path = written(tmp_path / "t.csv", ("x", "y"), lambda n: (n % 7 + 0.5, values[n % len(values)]))
    target = stated(path, "y", positive=positive).target
    assert (target.kind, target.classes) == (kind, classes)


def test_a_column_that_tells_the_target_is_warned_of(tmp_path: Path) -> None:
    """A code for each class, a range for each class, the same number in another unit; noise is none of these."""
    path = written(
        tmp_path / "t.csv",
        ("code", "range", "noise", "y"),
        lambda n: ("no" * (n % 2) + "n", 100 * (n % 2) + n % 50 + 0.5, n % 13 + 0.25, "yn"[n % 2]),
    )
    assert [warning.split()[0] for warning in stated(path, "y").warnings] == ["code", "range"]
    path = written(tmp_path / "m.csv", ("km", "noise", "miles"), lambda n: (n * 1.609344, n % 13, n + 0.5))
    assert [warning.split()[0] for warning in stated(path, "miles").warnings] == ["km"]


def test_a_time_column_that_nobody_names_is_spoken_of(tmp_path: Path) -> None:
    """Rows are split by chance then, and the field is a time all the same."""
    found = stated(churn(tmp_path / "churn.csv"), "churned")
    assert found.split.lines[0] == 'by = "chance"'
    assert "TIME=joined" in found.warnings[-1]


def test_a_column_without_a_name_is_no_time(tmp_path: Path) -> None:
    """As pandas writes its index, and a spreadsheet a comma too many."""
    path = written(tmp_path / "t.csv", ("", "x", "y"), lambda n: (n, n % 7, "ab"[n % 2]))
    found = stated(path, "y")
    assert (found.time, [field.name for field in found.fields]) == ("", ["x"])
    assert found.left_out == (("", "each row has another number: an identifier"),)


@pytest.mark.parametrize(
    ("cell", "delimiter", "reading"),
    [
        ("1,{:03}", ";", Number(point=",")),
        ("0,{:03}", ",", Number(point=",")),
        ("7,{:03}", ",", Number(whole=True, group=",")),
        ("{},5", ";", Number(point=",")),
        ("{} %", ",", Number(whole=True, mark="%")),
        ("-${},000.25", ",", Number(group=",", mark="$")),
        ("{}.000,50 €", ";", Number(point=",", group=".", mark="€")),
    ],
)
def test_numbers_are_read_as_they_are_meant(cell: str, delimiter: str, reading: Number, tmp_path: Path) -> None:
    """A comma is a decimal's where semicolons separate cells, and after a zero; signs of currencies are read."""
    path = written(tmp_path / "t.csv", ("x", "y"), lambda n: (cell.format(100 + n % 99), "ab"[n % 2]), delimiter)
    (field,) = stated(path, "y").fields
    assert field.reading == reading
    assert field.unit == {"%": "percent", "$": "USD", "€": "EUR"}.get(reading.mark, "")


def test_a_range_holds_what_is_in_the_table(tmp_path: Path) -> None:
    """However large the numbers are, and however close to each other."""
    columns = (
        "5412343.{:03}",
        "17000{:03}00.5",
        "1.{}e300",
        "{}e-9",
        "-1.7{}e308",
        "92233720368547757{:02}",
        "1{:019}",
    )
    header = [f"c{number}" for number in range(len(columns))]
    path = written(
        tmp_path / "t.csv", (*header, "y"), lambda n: (*(cell.format(n % 90) for cell in columns), "ab"[n % 2])
    )
    found = stated(path, "y")
    assert found.broken == 0
    for field, cell in zip(found.fields, columns, strict=True):
        for number in (0, 89):
            assert field.low <= field.reading(cell.format(number)) <= field.high, cell
        if field.kind == "whole":
            assert field.high < 2**63


def test_a_number_that_names_something_is_no_measurement(tmp_path: Path) -> None:
    """Nearly each row has another: it is left out; it comes often: there is a warning."""
    path = written(
        tmp_path / "t.csv",
        ("order_id", "shop_id", "x", "y"),
        lambda n: (n // 10 * 10 + n % 9, n % 7, n % 5, "ab"[n % 2]),
    )
    found = stated(path, "y")
    assert found.left_out == (("order_id", "nearly each row has another number: an identifier"),)
    assert [warning.split()[0] for warning in found.warnings] == ["shop_id"]


def test_what_was_guessed_is_told(tmp_path: Path) -> None:
    """Text that is mostly numbers, a date that can be read in two ways, words that stand for nothing; not codes."""
    path = written(
        tmp_path / "t.csv",
        ("dashes", "both", "signed", "zip", "region", "y"),
        lambda n: (
            "-" if n % 20 == 0 else n,
            f"{1 + n % 12}/{1 + n % 11}/2024",
            f"{'$€'[n % 2]}{n}",
            f"{n % 40:03}" if n % 20 else "12A",
            ("NA", "EU")[n % 2] if n % 3 else "UK",
            ("NA", "yes", "no")[n % 3],
        ),
    )
    found = stated(path, "y")
    told = {warning.split()[0]: warning for warning in found.warnings[:3]}
    assert [*told] == ["dashes", "signed", "both"]
    assert "15 of its 300 cells are no number, such as '-'" in told["dashes"]
    assert "in more than one way" in told["signed"]
    assert "the other way round would fit" in told["both"]
    (seen,) = (field.seen for field in found.fields if field.name == "region")
    assert seen == "all 2 in the table, 100 empty (as NA)"
    assert "100 empty (as NA): these rows are left out" in found.target.summary()


def test_a_date_without_separators_is_a_time(tmp_path: Path) -> None:
    """20240131 is one, and 8 digits that are no date are not."""
    path = written(
        tmp_path / "t.csv",
        ("day", "code", "y"),
        lambda n: (f"2024{1 + n % 12:02}{1 + n % 28:02}", 20240000 + n, "ab"[n % 2]),
    )
    found = stated(path, "y", time="day")
    assert (found.time, found.fields[0].kind) == ("day", "time")
    assert found.left_out == (("code", "each row has another number: an identifier"),)


def test_a_marker_is_left_out_as_such(tmp_path: Path) -> None:
    """It has one value, but not in every row."""
    path = written(tmp_path / "t.csv", ("mark", "x", "y"), lambda n: ("x" * (n % 2), n % 7, "ab"[n // 2 % 2]))
    assert stated(path, "y").left_out == (("mark", "it is always 'x' or empty"),)


def test_a_quote_that_is_not_closed_is_no_small_fault(tmp_path: Path) -> None:
    """All lines that it takes are broken ones."""
    path = tmp_path / "t.csv"
    path.write_text("x,y\n" + "".join(f"{n},{chr(34) * (n == 150)}{'ab'[n % 2]}\n" for n in range(ROWS)))
    with pytest.raises(ParityError, match="cannot be read as CSV") as caught:
        stated(path, "y")
    assert "line 152" in caught.value.evidence
    path.write_text(path.read_text() + '",\n')
    with pytest.raises(TableError, match=r"151 of 301 rows are broken") as caught:
        stated(path, "y")
    assert "line 152" in caught.value.evidence


def test_a_few_broken_rows_are_counted(tmp_path: Path) -> None:
    """They break the contract later, and do not make a number of a column a text."""
    path = written(tmp_path / "t.csv", ("x", "y"), lambda n: ("unknown" if n == 7 else n // 2, "ab"[n % 2]))
    found = stated(path, "y")
    assert (found.broken, found.fields[0].kind) == (1, "whole")


def test_codes_are_texts_and_not_numbers(tmp_path: Path) -> None:
    """A leading zero would be lost."""
    path = written(tmp_path / "t.csv", ("zip", "x", "y"), lambda n: (f"{n % 9:05}", n / 7, "ab"[n % 2]))
    assert stated(path, "y").fields[0].kind == "listed"


def test_the_sample_is_a_row_of_the_table(tmp_path: Path) -> None:
    """With nothing missing where there is such a row, and times as RFC 3339 has them."""
    sample = stated(churn(tmp_path / "churn.csv"), "churned").sample
    assert None not in sample.values()
    assert dt.datetime.fromisoformat(sample["joined"]).utcoffset() == dt.timedelta()


def test_memory_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Different values are counted up to a limit, and then only that there are many."""
    monkeypatch.setattr(profile, "DISTINCT", 100)
    path = written(tmp_path / "t.csv", ("name", "x", "y"), lambda n: (f"name {n // 2}", n % 5, "ab"[n % 2]))
    assert stated(path, "y").left_out == (("name", "nearly each row has another text"),)


def test_semicolons_and_commas_in_decimals(tmp_path: Path) -> None:
    """As a German spreadsheet writes them, in its own encoding; UTF-16 and tabs too."""
    path = written(tmp_path / "t.csv", ("Größe", "y"), lambda n: (f"1.{n // 2:03},5", "ab"[n % 2]), ";", "cp1252")
    found = stated(path, "y")
    assert (found.form.encoding, found.form.delimiter, found.fields[0].name) == ("cp1252", ";", "grosse")
    path = written(tmp_path / "u.csv", ("a", "y"), lambda n: (f"{n},5", "ab"[n % 2]), "\t", "utf-16")
    found = stated(path, "y")
    assert (found.form.encoding, found.form.delimiter, found.fields[0].reading) == ("utf-16", "\t", Number(point=","))


NOT_USED = {
    "has no header": b"1,2\n3,4\n",
    "has one column": b"a\n1\n",
    "same name": b"a,a\n1,2\n",
    "is empty": b"",
    "not text in an encoding": b"a,y\n\x81\x00,b\n",
}


@pytest.mark.parametrize(("what", "content"), NOT_USED.items())
def test_a_file_that_is_no_table_is_refused(what: str, content: bytes, tmp_path: Path) -> None:
    """With what was seen, and what to do."""
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    with pytest.raises(TableError, match=what) as caught:
        stated(path, "a")
    assert caught.value.evidence
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("what", "target", "options"),
    [
        ("no column gone", "gone", {}),
        ("no column never", "y", {"time": "never"}),
        ("constant", "always", {}),
        ("too few rows", "rare", {}),
        ("neither a number nor", "name", {}),
        ("POSITIVE=maybe is no value", "y", {"positive": "maybe"}),
        ("holds no times", "y", {"time": "name"}),
        ("yes and no in more than one way", "mixed", {}),
    ],
)
def test_a_target_that_cannot_be_learned_is_refused(
    what: str, target: str, options: dict[str, str], tmp_path: Path
) -> None:
    """Before anything is written."""
    path = written(
        tmp_path / "t.csv",
        ("x", "always", "rare", "name", "y", "mixed"),
        lambda n: (n % 5, 1, "yes" if n < 9 else "no", f"n{n // 3}", "ab"[n % 2], (0, 1, True)[n % 3]),
    )
    with pytest.raises(TableError, match=what) as caught:
        stated(path, target, **options)
    assert caught.value.remedy


def test_too_many_broken_rows_are_refused(tmp_path: Path) -> None:
    """With the commonest reason, and how often."""
    path = written(tmp_path / "t.csv", ("x", "y"), lambda n: (n, "ab"[n % 2]) if n % 20 else (n,))
    with pytest.raises(TableError, match="15 of 300 rows are broken, more than 1%") as caught:
        stated(path, "y")
    assert "1 cells, not 2" in caught.value.evidence
    assert ROWS == 300
