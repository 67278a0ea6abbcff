"""Parameters: typed, complete, and in the passport as they are."""

from pathlib import Path

import pytest

from dev.problem import params
from dev.problem.params import ParamsError


def test_the_file_is_what_the_record_says() -> None:
    """The passport's record has every parameter of the file, dates as text."""
    record = params.read().record()
    assert record["split"] == {"test_from": "2013-10-01", "validate_from": "2013-09-01"}
    assert set(record) == {"prepare", "split", "model", "golden", "window", "publish"}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("seed = 0", "", "missing required field `seed`"),
        ("max_iter = 300", 'max_iter = "300"', "$.model.max_iter"),
        ("max_iter = 300", "max_iter = 300.5", "$.model.max_iter"),
        ('"2013-10-01"', '"October"', "$.split.test_from"),
        ("seed = 0", "seed = ", "line"),
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
