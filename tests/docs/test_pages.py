"""What must hold of all pages as they are written, without Docker."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from tests.integration.support.pages import READMES, ROOT, WALK, agrees, blocks, commands
from tests.lab.practice.exercise import exercises

BESIDE = [ROOT / "docs" / f"{name}.md" for name in ("practice", "roles", "glossary")]
"""Pages beside the walk."""
PAGES = (*READMES, ROOT / ".github" / "CONTRIBUTING.md", *WALK[1:], *BESIDE)
NO_COMMANDS = {"json", "mermaid", "python", "text", "toml", "yaml"}
"""Kinds of blocks in the walk that are not typed."""
MOST_NOT_RUN = 4
LINK = re.compile(r"\[[^\]]*\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)")


def name(page: Path) -> str:
    """A page's name in a test's."""
    return str(page.relative_to(ROOT))


def anchors(page: Path) -> set[str]:
    """Those that GitHub makes of a page's headings."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.M | re.S)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    headings = re.findall(r"^#+ (.*)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_its_links_lead_somewhere(page: Path) -> None:
    """Files and folders exist, and headings that are linked to."""
    for path, anchor in LINK.findall(page.read_text()):
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), path
        assert not anchor or anchor in anchors(target), f"{path}#{anchor}"


@pytest.mark.parametrize("page", WALK, ids=name)
def test_what_is_typed_is_a_block_of_commands(page: Path) -> None:
    """No command hides from the test that runs them all."""
    kinds = {block["kind"] for block in blocks(page.read_text())}
    assert kinds <= {"console", *NO_COMMANDS}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_its_targets_of_make_are_there(page: Path) -> None:
    """`make …` in a text or a block names a target."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    assert set(re.findall(r"(?:`|^\$ |^)make ([a-z-]+)", page.read_text(), re.M)) <= targets


@pytest.mark.parametrize("page", WALK, ids=name)
def test_its_files_are_there(page: Path) -> None:
    """A path of the project in code is one that exists."""
    top = "dev|prod|shared|tests|docs"
    for path in re.findall(rf"`((?:{top})/[\w./-]*)`", page.read_text()):
        assert (ROOT / path).exists(), path


def test_the_walk_is_whole() -> None:
    """The table of contents names each page once; each page leads to the next one."""
    first, *pages = WALK
    assert re.findall(r"^\| \[[^\]]*\]\(([^)]*)\)", first.read_text(), re.M) == [page.name for page in pages]
    for page, after in pairwise(pages):
        assert re.findall(r"^\[Next: .*\]\((.*)\)$", page.read_text(), re.M) == [after.name]


def test_exercises_that_are_named_are_there() -> None:
    """Each success criterion names exercises that a machine checks."""
    table = BESIDE[0].read_text().partition("| you can | exercises |")[2].partition("\n\n")[0]
    assert set(re.findall(r"`([^`]+)`", table)) <= {exercise.name for exercise in exercises()}
    assert all("`" in line for line in table.splitlines()[2:])


def test_the_session_counts_the_exercises_that_are_offered() -> None:
    """The one that README shows is the first of them."""
    first, *others = exercises()
    assert f"{first.name} · 1 of {1 + len(others)} · {first.kind}" in (ROOT / "README.md").read_text()


def test_few_commands_are_not_run() -> None:
    """By the test that runs the others."""
    left_out = [command for page in WALK for command in commands(page.read_text()) if command.why_not_run]
    assert len(left_out) <= MOST_NOT_RUN


def test_breaks_are_counted_as_in_the_catalogue() -> None:
    """Where the count is written by a command, from what was measured."""
    catalogue = (ROOT / "tests" / "scenarios" / "README.md").read_text()
    counted = re.search(r"of (\d+) breaks are caught.*the other (\d+)\.$", catalogue, re.M)
    page = re.search(r"\[(\d+) breaks\].*? (\d+) are\snoticed", (ROOT / "docs" / "5-parity.md").read_text(), re.S)
    assert counted
    assert page
    assert page.groups() == counted.groups()
    assert set(re.findall(r"of (?:the )?(\d+) breaks\b", (ROOT / "README.md").read_text())) == {counted[1]}


@pytest.mark.parametrize(
    ("shown", "got", "same"),
    [
        ("one\ntwo", "one\ntwo\n", True),
        ("one\ntwo", "one\ntree\n", False),
        ("one", "one\ntwo\n", False),
        ("one\ntwo", "one\n", False),
        ("", "", True),
        ("", "one\n", False),
        ("…", "", True),
        ("…\ntwo", "one\nmore\ntwo\n", True),
        ("…\ntwo", "one\ntwo\nthree\n", False),
        ("a … c", "a b c\n", True),
        ("a … c", "a b\nb c\n", False),
        ("[  0.1 s] of 300", "[ 10.9 s] of 300\n", True),
        ("[  0.1 s] of 300", "[ 10.9 s] of 299\n", False),
        ("published 20260101T010203-d845f0fb: first", "published 20271231T235959-00000000: first\n", True),
        ("roc_auc 0.7449", "roc_auc 0.7448\n", False),
        (f"id sha256:{'0' * 64}", f"id sha256:{'f' * 64}\n", True),
        (f"id sha256:{'0' * 64}", f"id sha256:{'f' * 63}\n", False),
        ("make: *** [Makefile:1: gate] Error 1", "make: *** [Makefile:9: gate] Error 1\n", True),
        ("make: *** [Makefile:1: gate] Error 1", "make: *** [Makefile:9: gate] Error 2\n", False),
    ],
)
def test_an_output_agrees(shown: str, got: str, same: bool) -> None:
    """With what a page shows: to the letter, but for `…` and what differs from run to run."""
    assert agrees(shown, got) is same


def test_commands_of_a_page() -> None:
    """With their lines, outputs and continuation; an error of make's is a failure that is meant."""
    block = "```console\n$ one \\\n    more\nout\n$ two\nmake: *** [Makefile:1: two] Error 2\n```\n"
    one, two = commands(f"Text.\n\n{block}\n```text\n$ no\n```\n")
    assert (one.text, one.output, one.line, one.fails) == ("one \\\n    more", "out", 4, False)
    assert (two.text, two.line, two.fails) == ("two", 7, True)
    assert [item.why_not_run for item in commands("<!-- not run: slow -->\n" + block)] == ["slow", "slow"]
