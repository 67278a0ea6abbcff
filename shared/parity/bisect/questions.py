"""What a bisection asks every environment: a model's golden requests, or those of any program or server."""

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from shared.compare.report import Snapshot
from shared.errors import ParityError
from shared.parity import recorded, sources
from shared.parity.predictions import GoldenSet
from shared.parity.replay import answers, shape
from shared.parity.replay.answers import Answer
from shared.parity.replay.ask import POST, received
from shared.parity.replay.judge import judge
from shared.parity.replay.requests import Requests, RequestsError
from shared.parity.replay.side import Side
from shared.parity.sources import docker, taking
from shared.parity.sources.environment import Environment

Answered = dict[str, Any]
"""`stages`, as `answer.py` gives them, or `failure`."""
SHAPE, OTHERS = "(shape)", "(other fields)"
LAUNCH = """\
import json, os, sys
for name, value in json.loads(sys.argv[1]).items():
    os.environ.pop(name, None) if value is None else os.environ.__setitem__(name, value)
words = sys.argv[2:]
os.execvp(words[0] or sys.executable, [words[0] or sys.executable, *words[1:]])
"""
"""Becomes a program with other variables; an empty word stands for this Python."""


class Question(Protocol):
    """What is asked.

    Attributes:
        golden: what answers are judged by, once both sides have answered.
    """

    golden: GoldenSet

    def sides(self, a: str, b: str) -> tuple[Snapshot, Snapshot]:
        """Snapshots of both, with facts `stages` or `failure`."""

    def answers(
        self, base: Environment, seconds: float, variables: Mapping[str, str | None], first: Sequence[str]
    ) -> Answered:
        """What an environment answers, with these variables, after the program `first` has become the next."""


@dataclass
class OfModel:
    """The golden requests of a model folder of this project."""

    model: Path
    golden: GoldenSet = field(init=False)

    def __post_init__(self) -> None:
        self.golden = recorded.golden(self.model)

    def sides(self, a: str, b: str) -> tuple[Snapshot, Snapshot]:
        """Both at once."""
        left, right = _both(lambda source: sources.take(source, self.model), a, b)
        return left, right

    def answers(
        self, base: Environment, seconds: float, variables: Mapping[str, str | None], first: Sequence[str]
    ) -> Answered:
        """Through the code that serves."""
        return taking.answered(base, self.model, seconds, variables, first)


@dataclass
class OfRequests:
    """Requests of any image, which a program answers, or the server that it starts."""

    requests: Requests
    golden: GoldenSet = field(init=False)
    columns: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.golden = GoldenSet(self.requests.values, 0.0, None)
        self.columns = []

    def sides(self, a: str, b: str) -> tuple[Snapshot, Snapshot]:
        """Both at once; the first is asked twice, for the noise floor."""
        asked = _both(lambda pair: Side(pair[0], sources.running(pair[0])).ask(self.requests, pair[1]), (a, 2), (b, 1))
        taken = _both(sources.take, a, b)
        runs = [run for side in asked for run in side.runs]
        self.columns = list(dict.fromkeys(name for run in runs for row in run for name in answers.flat(row)))
        if len(runs) == 3:
            judged = judge(self.requests, a, *runs)
            if judged.undecided:
                raise RequestsError(
                    judged.undecided[0].reason,
                    evidence="what moves by itself has no cause among the differences",
                    remedy=judged.undecided[0].remedy,
                )
            self.golden = judged.golden or self.golden
        facts = [_failed(side.failure) if side.failure else self._table(side.runs[0]) for side in asked]
        left, right = (
            Snapshot(side.name, {**side.facts, **{name: {"value": value} for name, value in given.items()}})
            for side, given in zip(taken, facts, strict=True)
        )
        return left, right

    def answers(
        self, base: Environment, seconds: float, variables: Mapping[str, str | None], first: Sequence[str]
    ) -> Answered:
        """Through the program, or the server, which is started beside what asks it."""
        asked = self.requests
        words = list(asked.words)
        if asked.http:
            method, _, path = asked.http.partition(" ")
            words = ["", "-c", POST, method, path, str(asked.port), str(seconds), *_command(base)]
        given = "".join(text + "\n" for text in asked.texts).encode()
        try:
            program = [*first, "-c", LAUNCH, json.dumps(dict(variables)), *words]
            output = base.python(program, given, "the replay", seconds + 5)
            return self._table(received(asked, base, output))
        except ParityError as error:
            return _failed(error)

    def _table(self, given: Sequence[Answer]) -> Answered:
        rows = [answers.flat(answer) for answer in given]
        table = answers.table(self.columns, rows)
        for row, flat, answer in zip(table, rows, given, strict=True):
            others = {name: value for name, value in flat.items() if name not in self.columns}
            row += [json.dumps(others), shape.written(answer.text)]
        return {"stages": {"answer": {"columns": [*self.columns, OTHERS, SHAPE], "rows": table}}}


def _both(function: Callable[[Any], Any], a: Any, b: Any) -> tuple[Any, Any]:
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(function, (a, b))
    return first, second


def _failed(error: ParityError) -> Answered:
    return {"failure": {"what": error.what, "evidence": error.evidence, "remedy": error.remedy}}


def _command(base: Environment) -> list[str]:
    """What the image starts."""
    template = "{{json .Config.Entrypoint}}\n{{json .Config.Cmd}}"
    inspected = docker.ask(base.kind, "inspect", "--format", template, base.name).stdout
    return [word for line in inspected.strip().split("\n") if line for word in json.loads(line) or ()]
