"""Options that commands have in common.

Where an option is not given, its variable PARITY_… counts, then the project's file, then the default.
"""

import argparse
import os
import re
import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from shared.compare.report import Report, Severity
from shared.errors import ParityError, printable
from shared.parity.formats import FORMATS
from shared.parity.project import Project

CURRENT = "artifacts/models/current"


class Parser(argparse.ArgumentParser):
    """A parser whose errors have evidence and a remedy, and which lists its arguments, for completion.

    Args:
        summary: of the command, in a few words.
    """

    def __init__(self, *args: Any, summary: str = "", **kwargs: Any) -> None:
        self.arguments: list[argparse.Action] = []
        self.summary = summary
        super().__init__(*args, **kwargs)

    def add_argument(self, *args: Any, **kwargs: Any) -> argparse.Action:
        """As `argparse` does."""
        action = super().add_argument(*args, **kwargs)
        self.arguments.append(action)
        return action

    def error(self, message: str) -> NoReturn:
        """Raise instead of exit."""
        raise ParityError("invalid command line", evidence=message, remedy=f"{self.prog} --help")


@dataclass(frozen=True)
class Options:
    """Adds options to one command's parser.

    Attributes:
        project: what sets options where neither the command line nor a variable does.
    """

    parser: Parser
    project: Project = Project()

    def add(
        self,
        name: str,
        kind: Callable[[str], object],
        help_: str,
        *short: str,
        default: str | None = None,
        metavar: str | None = None,
        choices: Sequence[str] | None = None,
    ) -> None:
        """Add an option with a value; `kind` makes it from text, and raises ArgumentTypeError.

        Raises:
            ParityError: its variable or the project's file has a value that it cannot have.
        """
        value, origin = self._inherited(name)
        text = value or default
        try:
            if value and choices and value not in choices:
                raise argparse.ArgumentTypeError(f"expected one of {', '.join(choices)}, got {value!r}")
            inherited = kind(text) if text else None
        except argparse.ArgumentTypeError as error:
            raise _invalid(name, origin, error) from None
        self.parser.add_argument(
            *(*short, f"--{name}"),
            type=kind,
            default=inherited,
            metavar=metavar,
            choices=choices,
            help=help_ + (f" (default: {default})" if default else ""),
        )

    def add_timeout(self, of: str, default: str) -> None:
        """Seconds, more than 0."""
        self.add("timeout", _seconds, f"limit for {of}, in seconds", default=default, metavar="SECONDS")

    def add_python(self, sides: bool = False) -> None:
        """The Python that serves, where it is not found or is another one."""
        more = "; or two with a comma between, of A and of B" if sides else ""
        self.add("python", _paths, f"the Python that serves, as a path in the image{more}", metavar="PATH")

    def add_model(self, help_: str) -> None:
        """A model folder, the current model's by default."""
        self.add("model", Path, help_, default=CURRENT, metavar="DIR")

    def add_output(self, *formats: str) -> None:
        """Where the command prints to, and in which of these formats, the first by default."""
        if formats:
            self.add("format", str, "of what is printed", "-f", default=formats[0], choices=formats)
        self.add("output", Path, "write there instead of to stdout", "-o", metavar="FILE")

    def add_reports(self) -> None:
        """What `deliver` reads."""
        self.add("fail-on", str, "exit 1 from this severity on", default="risk", choices=("breaks", "risk"))
        self.add_output(*FORMATS)
        value, origin = self._inherited("report")
        try:
            inherited = [_report(part) for part in shlex.split(value)]
        except (argparse.ArgumentTypeError, ValueError) as error:
            raise _invalid("report", origin, error) from None
        help_ = "write one more report; may be repeated"
        metavar = "FORMAT=FILE"
        self.parser.add_argument(
            "--report", action="append", default=inherited, metavar=metavar, type=_report, help=help_
        )

    def _inherited(self, name: str) -> tuple[str, str]:
        """What sets an option that is not given, and where."""
        variable = f"PARITY_{name.upper().replace('-', '_')}"
        if value := os.environ.get(variable):
            return value, variable
        return self.project.options.get(name, ""), self.project.file


def model_folder(value: str) -> Path:
    """A type for the folder of a model: an environment is none, though it may serve one."""
    if re.match(r"(image|container|archive|file):", value):
        raise argparse.ArgumentTypeError(
            f"expected a model folder of this project, such as {CURRENT}, got the environment {value!r}; "
            "what is in an environment prints `parity snapshot`, and what differs between two `parity gate`"
        )
    return Path(value)


def deliver(options: argparse.Namespace, report: Report) -> int:
    """Write a report in all formats that were asked for; returns the exit code."""
    code = report.exit_code(Severity(options.fail_on))
    for name, path in options.report:
        write(path, FORMATS[name](report, code))
    write(options.output, FORMATS[options.format](report, code))
    return code


def write(path: Path | None, content: str) -> None:
    """Write to a file, or to stdout.

    Raises:
        ParityError: the file cannot be written.
    """
    if path is None:
        sys.stdout.write(content)
        return
    try:
        path.write_text(content, encoding="utf-8")
    except OSError as error:
        raise ParityError(f"{path} cannot be written", evidence=str(error), remedy="name another file") from error


def progress(stage: str) -> None:
    """Print what is being done, on stderr."""
    print(f"parity: {printable(stage)}", file=sys.stderr, flush=True)


def _invalid(name: str, origin: str, error: Exception) -> ParityError:
    return ParityError(f"invalid {name}", evidence=f"{origin}: {error}", remedy=f"change it, or give --{name}")


def _paths(value: str) -> tuple[str, ...]:
    paths = tuple(value.split(","))
    if len(paths) > len(("A", "B")) or not all(paths) or any(path.startswith("-") for path in paths):
        raise argparse.ArgumentTypeError(f"expected PATH or PATH,PATH, got {value!r}")
    return paths


def _seconds(value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"expected seconds, more than 0, got {value!r}")
    return seconds


def _report(value: str) -> tuple[str, Path]:
    name, _, path = value.partition("=")
    if name not in FORMATS or not path:
        raise argparse.ArgumentTypeError(f"expected FORMAT=FILE with FORMAT one of {', '.join(FORMATS)}, got {value!r}")
    return name, Path(path)
