"""What shared/parity/README.md says of the command line is what the command line takes."""

import re
import shlex
from pathlib import Path

import pytest

from shared.errors import ParityError
from shared.parity.__main__ import COMMANDS, parser
from shared.parity.commands import gate
from shared.parity.formats import FORMATS
from shared.parity.options import Options, Parser
from shared.parity.project import Project
from tests.integration.support.layouts import LAYOUTS
from tests.integration.test_gate_layouts import CANNOT_BE_READ, CELLS

README = (Path(__file__).parents[2] / "shared" / "parity" / "README.md").read_text()
FENCED = re.compile(r"^```\S*\n(.*?)^```$", re.M | re.S)


def typed() -> list[str]:
    """Every command line of `parity`, in blocks and in the text."""
    lines = [line.removeprefix("$ ") for block in FENCED.findall(README) for line in block.splitlines()]
    lines += re.findall(r"\$\((parity [^)]*)\)", README)
    lines += re.findall(r"`([^`\n]+)`", FENCED.sub("", README).replace("\n", " "))
    return [line for line in lines if re.match(r"parity \w+ \S", line) and "…" not in line and " A B" not in line]


@pytest.mark.parametrize("line", typed())
def test_a_command_line_can_be_typed(line: str) -> None:
    """With these options and as many arguments."""
    arguments = shlex.split(line)[1:]
    assert arguments[0] in COMMANDS
    parser(arguments[0], Project()).parse_args(arguments)


def test_the_command_lines_are_found() -> None:
    """Some of every command, so that the test above tests something; and a wrong one would be refused."""
    assert {line.split()[1] for line in typed()} == {*COMMANDS}
    with pytest.raises(ParityError):
        parser("gate", Project()).parse_args(["gate", "image:a", "image:b", "--no-such-option"])


def table(head: str) -> list[list[str]]:
    """The rows of the table whose head begins so."""
    rows = README[README.index(f"| {head} |") :].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows]


def test_the_table_of_options_is_whole() -> None:
    """In the order of `--help`, with every default."""
    command = Parser()
    gate.add_options(Options(command))
    actions = [action for action in command.arguments if action.option_strings and action.dest != "help"]
    rows = table("option of `gate`")
    assert [re.findall(r"`(-[\w-]+)", names) for names, _ in rows] == [action.option_strings for action in actions]
    for action, (_, what) in zip(actions, rows, strict=True):
        default = f"{action.default:g}" if isinstance(action.default, float) else action.default
        assert not default or re.search(rf"\(`?{re.escape(default)}`?\)$", what)


def test_the_table_of_formats_is_whole() -> None:
    """Each by its name."""
    assert {name.strip("`") for name, _ in table("format")} == {*FORMATS}


def test_the_numbers_of_the_matrix_of_layouts_are_those_of_its_test() -> None:
    """Differences, layouts, and how many of both cannot be read."""
    dark = [layout for layout, _ in CELLS if layout in CANNOT_BE_READ]
    counts = f"{len(CELLS)} differences in {len(LAYOUTS)} layouts of images: {len(CELLS) - len(dark)} are BROKEN"
    assert counts in README.replace("\n", " ")
    assert f"against themselves {len(LAYOUTS) - len(CANNOT_BE_READ)} layouts are PARITY" in README.replace("\n", " ")
