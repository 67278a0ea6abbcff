"""What must hold of every README, and of what it says about commands, without Docker."""

import importlib.util
import re
import shlex
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from shared.parity import __main__ as parity
from shared.parity.project import Project
from tests.integration.support.pages import READMES, ROOT, blocks

MAX_LINES = 250
PROGRAMS = {"dev": "dev/train.py", "monitor": "dev/monitor/__main__.py", "lifecycle": "shared/lifecycle/__main__.py"}
"""What runs the options in a target's `ARGS`."""
MIN_WORDS = 8
"""Shorter sentences may stand twice."""


def name(page: Path) -> str:
    """A page's name in a test's."""
    return str(page.relative_to(ROOT))


every_readme = pytest.mark.parametrize("page", READMES, ids=name)


def typed(page: Path) -> list[str]:
    """Command lines in a README's blocks, continued lines joined."""
    lines: list[str] = []
    for block in blocks(page.read_text()):
        body = block["body"].replace("\\\n", " ")
        prompted = [line.removeprefix("$ ") for line in body.splitlines() if line.startswith("$ ")]
        plain = [line for line in body.splitlines() if re.match(r"(make|docker|python3|\.venv/bin/)", line)]
        lines += prompted or plain
    return lines


def sentences(page: Path) -> set[str]:
    """Its sentences of some length, outside of blocks, tables and headings."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.M | re.S)
    text = "\n".join(line for line in text.splitlines() if not line.startswith(("|", "#")))
    parts = re.split(r"(?<=[.:!?])\s+(?=[A-Z`*\[-])|\n\n", text)
    return {" ".join(part.split()) for part in parts if len(part.split()) >= MIN_WORDS}


def test_the_first_page_is_short() -> None:
    """What a stranger needs; the rest stands beside its code."""
    assert len((ROOT / "README.md").read_text().splitlines()) <= MAX_LINES


def test_no_sentence_stands_in_two_readmes() -> None:
    """Whoever changes it would miss one."""
    count = Counter(sentence for page in READMES for sentence in sentences(page))
    assert [sentence for sentence, number in count.items() if number > 1] == []


@every_readme
def test_its_options_of_make_are_variables_that_make_knows(page: Path) -> None:
    """`make prod REPLAY=1` names one that the Makefile reads or exports."""
    makefile = (ROOT / "Makefile").read_text()
    for line in re.findall(r"(?:^\$ |`|^)make [a-z-]+ ([^`\n]*)", page.read_text(), re.M):
        for variable in re.findall(r"\b([A-Z][A-Z_]*)=", line):
            assert re.search(rf"\b{variable}\b", makefile), variable


@every_readme
def test_its_modules_are_there(page: Path) -> None:
    """`python3 -m …` in a text or a block can be run."""
    for module in re.findall(r"python3? -m ((?:dev|prod|shared|tests)[\w.]*)", page.read_text()):
        assert importlib.util.find_spec(module.rstrip(".")) is not None, module


@every_readme
def test_its_files_are_there(page: Path) -> None:
    """A path of the project in code is one that exists, and so is an overlay that a command names."""
    paths = re.findall(r"`((?:dev|prod|shared|tests|docs)/[\w./-]*)`", page.read_text())
    paths += [after for line in typed(page) for before, after in pairwise(line.split()) if before == "-f"]
    for path in paths:
        assert (ROOT / path).exists(), path


@every_readme
def test_its_lines_of_parity_are_understood(page: Path) -> None:
    """The command's own parser takes their options."""
    for line in typed(page):
        found = re.match(r"(?:python3 -m shared\.parity|\.venv/bin/parity|parity) (\w+)(.*)", line)
        if found:
            options = re.sub(r"\$\([^)]*\)", "substituted", found[2])
            parity.parser(found[1], Project()).parse_args(shlex.split(found[1] + options, comments=True))


@every_readme
def test_its_options_are_those_of_the_program(page: Path) -> None:
    """Of `make dev ARGS="--sample 20000"`, `dev.train` has `--sample`."""
    for target, options in re.findall(r'make (\w+) ARGS="([^"]*)"', page.read_text()):
        for option in re.findall(r"--[a-z-]+", options):
            assert f'"{option}"' in (ROOT / PROGRAMS[target]).read_text(), option
