"""Nothing outside the two folders of the problem knows what is predicted: their words stand nowhere else."""

import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from token import NAME
from tokenize import generate_tokens as tokenize

import pytest

from shared import contract
from shared.columns import CATEGORICAL, NUMERIC
from shared.problem import words
from shared.problem.target import ROW, ROWS, TARGET

PROBLEM = ("shared/problem", "dev/problem", "shared/new")
"""What speaks of the problem, and what writes that for another one."""
FOLDERS = ("shared", "dev", "prod")
KINDS = (".py", ".html", ".svg", ".js", ".css", ".json", ".toml", ".yaml", ".template", ".conf")
EXCUSED: dict[str, str] = {
    "dev/dvc.yaml": "names the parameters and the data of the problem, which DVC reads there",
    "shared/compare/facts/clock.py": "New York's rules are one sample of the world's time zones",
    "shared/image/seccomp.json": "names system calls",
}
FLIGHTS = ("flight", "flights", "airport", "airline", "departure", "arrival", "carrier", "new_york", "newark", "nyc")
"""What somebody who wrote of flights would write, beside what the definition itself says."""
COMMON = {"origin", "destination"}
"""Fields whose names others use in another meaning: containers have an origin, and mounts a destination."""
YEAR = re.compile(r"\b2013\b")


def sources() -> Iterator[Path]:
    """The files that must hold for any problem."""
    for folder in FOLDERS:
        for path in sorted(Path(folder).rglob("*")):
            inside = any(path.is_relative_to(each) for each in PROBLEM)
            if path.suffix in KINDS and not inside and path.as_posix() not in EXCUSED:
                yield path


def known() -> set[str]:
    """The definition's own words: fields, columns, the target and its words, what a row is called, headings."""
    names = {*contract.FIELDS, *CATEGORICAL, *NUMERIC, *TARGET.columns, ROW, ROWS, *FLIGHTS, *words.GROUPS}
    return {name.lower() for name in names}


def found(text: str, names: set[str]) -> set[str]:
    """The names that stand in a text as words of their own, whatever their case; parts of an identifier are words."""
    tokens = {*re.findall(r"[a-z0-9_]+", text.lower())}
    parts = {part for token in tokens for part in token.split("_")}
    return {
        name for name in names - COMMON if name in tokens or name in parts or (" " in name and name in text.lower())
    }


@pytest.mark.parametrize("path", list(sources()), ids=str)
def test_a_file_speaks_of_no_problem(path: Path) -> None:
    """Not a field, a column or a word of the target, not a flight, not the year of the data."""
    text = path.read_text(encoding="utf-8")
    assert found(text, known()) == set()
    assert not re.search(rf"\b{TARGET.name}_|[\"'.]{TARGET.name}[\"']", text)
    assert not YEAR.search(text)
    if path.suffix == ".py":
        names = {token.string for token in tokenize(StringIO(text).readline) if token.type == NAME}
        assert TARGET.name not in names


def test_a_word_of_the_problem_is_found() -> None:
    """As a name, as a part of one, and in prose."""
    for text in ("a.flight", "flight_count = 1", "how many flights?", "carrier=1", "America/New_York", "Airport now"):
        assert found(text, known()), text
    assert not found("a row, translated", known())
