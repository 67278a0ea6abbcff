"""Replay of any requests through any command of an image: JSON lines in, JSON lines out.

For images without code of ours. The noise floor is measured there and then: the first side is
asked twice, and 4 units in the last place of the largest number are added.
"""

import json
import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from shared.compare import predictions
from shared.compare.report import Finding, Undecided
from shared.errors import ParityError
from shared.parity.sources.docker import Environment

RESOLUTION = 4 * sys.float_info.epsilon
MOST_NOISE = 0.01
"""Of a column's range. Where one side's own answers move more than that, nothing can be said of the other's."""


class ForeignError(ParityError):
    """Requests cannot be read, or a command does not answer them."""


@dataclass(frozen=True)
class Command:
    """What to ask, and how.

    Attributes:
        words: the program with its arguments.
        requests: JSON values; one line each on its standard input.
        seconds: that it may take.
    """

    words: tuple[str, ...]
    requests: tuple[Any, ...]
    seconds: float

    def ask(self, environment: Environment) -> list[Any]:
        """One answer for each request.

        Raises:
            ParityError: the command fails, or prints anything but one line of JSON for each.
        """
        given = "".join(json.dumps(request) + "\n" for request in self.requests)
        output = environment.run(self.words, given.encode(), seconds=self.seconds)
        lines = [line for line in output.splitlines() if line.strip()]
        name, answers = shlex.join(self.words), []
        for number, line in enumerate(lines, 1):
            try:
                answers.append(json.loads(line))
            except (ValueError, RecursionError):
                raise ForeignError(
                    f"`{name}` prints what is no JSON in {environment}",
                    evidence=f"line {number}: {line[:100]!r}",
                    remedy=_REMEDY,
                ) from None
        if len(answers) != len(self.requests):
            raise ForeignError(
                f"`{name}` gives {len(answers)} answers to {len(self.requests)} requests in {environment}",
                evidence=f"its last line: {lines[-1][:100]!r}" if lines else "it printed nothing",
                remedy=_REMEDY,
            )
        return answers


def command(text: str, golden: Path, seconds: float) -> Command:
    """A command line, split as a shell would, and a file with a JSON value on each line.

    Raises:
        ForeignError: either cannot be read.
    """
    try:
        words = tuple(shlex.split(text))
        if not words or not words[0]:
            raise ValueError("it is empty")
    except ValueError as error:
        raise ForeignError(
            "the command cannot be read", evidence=f"{text!r}: {error}", remedy="mend --predict"
        ) from None
    try:
        lines = [line for line in golden.read_text(encoding="utf-8").splitlines() if line.strip()]
        requests = tuple(json.loads(line) for line in lines)
        if not requests:
            raise ValueError("it has no lines")
    except (OSError, ValueError, RecursionError) as error:
        raise ForeignError(
            f"{golden} holds no requests",
            evidence=f"{type(error).__name__}: {error}",
            remedy="write one request in JSON on each line",
        ) from error
    return Command(words, requests, seconds)


def replay(
    told: Command, a: Environment, b: Environment, progress: Callable[[str], None]
) -> tuple[list[Finding], list[Undecided]]:
    """Ask both, the first twice, and compare value by value.

    Raises:
        ParityError: a side does not answer.
    """
    progress(f"replay of {len(told.requests)} requests, twice in {a} and once in {b}")
    with ThreadPoolExecutor(3) as pool:
        first, again, other = (_flat(answers) for answers in pool.map(told.ask, (a, a, b)))
    columns = list(dict.fromkeys(name for rows in (first, again, other) for row in rows for name in row))
    ours, twice, theirs = (_stage(columns, rows) for rows in (first, again, other))
    scale = max((abs(value) for row in ours for value in row if isinstance(value, float)), default=0.0)
    resolution = RESOLUTION * max(1.0, scale)
    unsteady = list(_unsteady(columns, ours, twice, resolution))
    if unsteady:
        reason = f"{a} does not answer alike when it is asked twice: {', '.join(unsteady)}"
        return [], [Undecided("predictions", reason, "leave out of the answers what changes by itself, and fix seeds")]
    floor = max((abs(one - two) for one, two in _numbers(ours, twice)), default=0.0) + resolution
    golden = predictions.Golden(told.requests, floor, None)
    sides = ({"answer": {"columns": columns, "rows": rows}} for rows in (ours, theirs))
    return [_renamed(finding) for finding in predictions.compare(golden, *sides)], []


def _renamed(finding: Finding) -> Finding:
    """Answers of others have no labels that flip."""
    details = finding.details
    if not details:
        return finding
    share = details["beyond"] / details["rows"]
    subject = f"{details['beyond']} of {details['rows']} golden answers moved"
    remedy = "the findings below say what differs; make it the same on both sides"
    return replace(finding, subject=subject, effect=share, remedy=remedy)


def _flat(answers: Sequence[Any]) -> list[dict[str, Any]]:
    return [dict(_leaves("answer", answer)) for answer in answers]


def _leaves(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for key, each in value.items():
            yield from _leaves(f"{name}.{key}", each)
    elif isinstance(value, list) and value:
        for number, each in enumerate(value):
            yield from _leaves(f"{name}[{number}]", each)
    else:
        whole = isinstance(value, int) and not isinstance(value, bool)
        yield name, float(value) if whole and abs(value) < 1 << 53 else value  # 1 and 1.0 are one number in JSON


def _stage(columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> list[list[Any]]:
    return [[row.get(name, "nothing") for name in columns] for row in rows]


def _numbers(ours: Sequence[Sequence[Any]], theirs: Sequence[Sequence[Any]]) -> Iterator[tuple[float, float]]:
    for rows in zip(ours, theirs, strict=True):
        for one, other in zip(*rows, strict=True):
            if isinstance(one, float) and isinstance(other, float) and one == one and other == other:
                yield one, other


def _unsteady(
    columns: Sequence[str], ours: Sequence[Sequence[Any]], again: Sequence[Sequence[Any]], resolution: float
) -> Iterator[str]:
    """Columns in which two runs of one side differ by more than noise."""
    for number, name in enumerate(columns):
        one, two = ([row[number]] for row in ours), ([row[number]] for row in again)
        pairs = list(_numbers(list(one), list(two)))
        texts = [
            (row[number], other[number])
            for row, other in zip(ours, again, strict=True)
            if not (isinstance(row[number], float) and isinstance(other[number], float))
        ]
        values = [value for value, _ in pairs]
        allowed = resolution + MOST_NOISE * (max(values) - min(values) if values else 0)
        if any(value != other for value, other in texts) or any(abs(x - y) > allowed for x, y in pairs):
            yield name


_REMEDY = "let it print one line of JSON for each line of standard input, and everything else on standard error"
