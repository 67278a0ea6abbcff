"""Parameters: typed, complete, and in the passport as they are."""

from pathlib import Path

import pytest

from dev import params
from dev.params import ByChance, ByTime, ParamsError


def test_the_file_is_what_the_record_says() -> None:
    """The passport's record has every parameter of the file, dates as text."""
    record = params.read().record()
    assert record["split"] == {"by": "time", "test_from": "2013-10-01", "validate_from": "2013-09-01"}
    assert set(record) == {"prepare", "split", "model", "evaluate", "golden", "window", "publish"}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("seed = 0", "", "missing required field `seed`"),
        ("max_iter = 300", 'max_iter = "300"', "$.model.max_iter"),
        ("max_iter = 300", "max_iter = 300.5", "$.model.max_iter"),
        ('"2013-10-01"', '"October"', "$.split.test_from"),
        ("seed = 0", "seed = ", "line"),
        ('"time"', '"date"', "$.split"),
        ('test_from = "2013-10-01"', 'test_from = "2013-08-01"', "validate_from is not before test_from"),
        ('"best F1"', "1.5", "$.evaluate.threshold"),
        ('validate_from = "2013-09-01"', "", "no rows to choose the threshold on"),
    ],
)
def test_a_bad_parameter_is_named(tmp_path: Path, old: str, new: str, expected: str) -> None:
    """A missing or mistyped one stops training, with the file and the place."""
    path = tmp_path / "params.toml"
    text = params.PATH.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    with pytest.raises(ParamsError) as caught:
        params.read(path)
    assert str(path) in caught.value.evidence
    assert expected in caught.value.evidence


def test_a_misspelt_parameter_is_named(tmp_path: Path) -> None:
    """It would otherwise be ignored, and the passport would not show it."""
    path = tmp_path / "params.toml"
    path.write_text(params.PATH.read_text().replace("seed = 0", "seed = 0\nmax_itre = 500"))
    with pytest.raises(ParamsError, match="max_itre"):
        params.read(path)


def split_by(tmp_path: Path, lines: str) -> params.SplitParams:
    """The split that these lines declare."""
    text = params.PATH.read_text()
    begin, end = text.index("[split]"), text.index("[model]")
    (tmp_path / "params.toml").write_text(f"{text[:begin]}[split]\n{lines}\n{text[end:]}")
    return params.read(tmp_path / "params.toml").split


def test_a_split_is_by_time_or_by_chance(tmp_path: Path) -> None:
    """Each has parameters of its own."""
    assert isinstance(params.read().split, ByTime)
    chosen = split_by(tmp_path, 'by = "chance"\ntest_share = 0.2\nvalidate_share = 0.1')
    assert chosen == ByChance(test_share=0.2, validate_share=0.1, group=None)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("test_share = 0.2\nvalidate_share = 0.8", "nothing is left to learn from"),
        ("test_share = 1.0\nvalidate_share = 0.1", "$.split.test_share"),
        ("test_share = 0.2", "no rows to choose the threshold on"),
        ('test_share = 0.2\nvalidate_share = 0.1\ngroup = "customer"', "no field 'customer' in the contract"),
    ],
)
def test_an_impossible_split_is_refused(tmp_path: Path, lines: str, expected: str) -> None:
    """Before anything is read."""
    with pytest.raises(ParamsError) as caught:
        split_by(tmp_path, f'by = "chance"\n{lines}')
    assert expected in caught.value.evidence


def test_rows_without_time_cannot_be_split_by_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The contract says whether they have one."""
    monkeypatch.setattr(params.contract, "TIME", None)
    with pytest.raises(ParamsError, match="rows have no time"):
        params.read()
