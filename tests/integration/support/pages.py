r"""The pages that a learner reads: their commands with the output they show, and how that is compared with a real one.

A block of commands starts with ```console. A line that starts with `$ ` is a command (with `\` at its end it goes on),
what follows is its output, stdout and stderr as a terminal shows them. `…` stands for anything, alone in a line for any
number of lines. A comment before a block, `<!-- not run: why -->`, says that tests leave it out.
"""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
WALK = (ROOT / "docs" / "README.md", *sorted((ROOT / "docs").glob("[0-9]-*.md")))
"""The walk, in the order in which it is walked."""
READMES = sorted(
    ROOT / path
    for path in subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "README.md", "*/README.md"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
)
"""Those of all folders, which GitHub shows below the folder's files."""

BLOCK = re.compile(r"(?:^<!-- not run: (?P<why>[^>]*) -->\n)?^```(?P<kind>[^\n]*)\n(?P<body>.*?)^```$", re.M | re.S)
VOLATILE = (
    (r"\x1b\[[0-9;]*[A-Za-z]", ""),
    (r" *\b\d+\.\d s\b", "TIME"),
    (r"\b\d{8}T\d{6}-[0-9a-f]{8}\b", "VERSION"),
    (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?( UTC|Z|[+-]\d\d:?\d\d)?", "TIME"),
    (r"\b(sha256:)?[0-9a-f]{64}\b", "SHA256"),
    (r"\b[0-9a-f]{40}(-dirty)?\b", "REVISION"),
    (r"\b[0-9a-f]{32}\b", "RUN"),
    (r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "UUID"),
    (r"\b[0-9a-f]{12}\b", "DIGEST"),
    (r"\b\d+ MB\b", "SIZE"),
    (r"Makefile:\d+", "Makefile"),
    (r"[ \t]+$", ""),
    (r"^.*: \d+ s so far.*\n", ""),
)
"""What a terminal does not show, or differs from run to run or with each commit; what stands for it when compared."""


@dataclass(frozen=True)
class Command:
    """A command of a page.

    Attributes:
        text: what is typed.
        output: what the page shows.
        line: where it is, from 1.
        why_not_run: "" if tests run it.
    """

    text: str
    output: str
    line: int
    why_not_run: str = ""

    @property
    def fails(self) -> bool:
        """Whether the page shows that make says so."""
        return bool(re.search(r"^make: \*\*\* .* Error \d+$", self.output, re.M))


def blocks(text: str) -> Iterator[re.Match[str]]:
    """The fenced blocks of a page: their `kind`, `body`, and `why` they are not run."""
    return BLOCK.finditer(text)


def commands(text: str) -> list[Command]:
    """The commands of a page, in order."""
    found = []
    for block in blocks(text):
        if block["kind"] == "console":
            first = text.count("\n", 0, block.start("body")) + 1
            found += list(_commands(block["body"].splitlines(), first, block["why"] or ""))
    return found


def _commands(lines: list[str], first: int, why: str) -> Iterator[Command]:
    starts = [number for number, line in enumerate(lines) if line.startswith("$ ")]
    assert starts[:1] == [0], f"line {first}: a block of commands starts with one"
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        last = next(number for number in range(start, end) if not lines[number].endswith("\\")) + 1
        text, output = "\n".join(lines[start:last])[2:], "\n".join(lines[last:end])
        yield Command(text, output, first + start, why)


def agrees(shown: str, got: str) -> bool:
    """Whether an output is the one that a page shows."""
    pattern = ""
    for line in _settled(shown).splitlines():
        pattern += "(?:.*\n)*?" if line == "…" else ".*".join(map(re.escape, line.split("…"))) + "\n"
    return re.fullmatch(pattern, _settled(got)) is not None


def _settled(output: str) -> str:
    for volatile, stands in VOLATILE:
        output = re.sub(volatile, stands, output, flags=re.M)
    return output.strip("\n") + "\n" if output.strip() else ""
