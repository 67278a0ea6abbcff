import datetime as dt
from pathlib import Path

import pytest

from dev.delimited import Moment, Number, Text, YesNo
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
    ],
)
def test_a_target_that_cannot_be_learned_is_refused(
    what: str, target: str, options: dict[str, str], tmp_path: Path
) -> None:
    """Before anything is written."""
    path = written(
        tmp_path / "t.csv",
        ("x", "always", "rare", "name", "y"),
        lambda n: (n % 5, 1, "yes" if n < 9 else "no", f"n{n // 3}", "ab"[n % 2]),
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
