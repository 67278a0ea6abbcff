"""One side of a replay: an environment that is asked, or a file of answers that were recorded of one."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shared.errors import ParityError
from shared.parity.replay.answers import Answer
from shared.parity.replay.ask import ask
from shared.parity.replay.requests import Requests, RequestsError
from shared.parity.replay.watch import Seen, watched
from shared.parity.sources.environment import Environment

FORMAT = 1
INSIDE = Path(__file__).parent / "inside"
Function = Sequence[Any]
"""First line, digest, and statements: of each first and last line and digest. Older recordings lack these."""
Functions = Mapping[str, Mapping[str, Function]]
"""By file and name; the empty name is what is outside of functions."""


@dataclass
class Side:
    """One side, after it was asked.

    Attributes:
        name: as the user typed it.
        environment: None of a file.
        runs: the answers, once for each time that it was asked.
        failure: why there are none.
        seen: what was loaded and called meanwhile; None if that could not be watched.
    """

    name: str
    environment: Environment | None = None
    runs: list[list[Answer]] = field(default_factory=list)
    failure: ParityError | None = None
    seen: Seen | None = None
    _functions: Functions | None = None
    _offsets: Mapping[str, Any] | None = None

    def ask(self, requests: Requests, times: int) -> "Side":
        """Ask it; of a file, look whether it holds answers to these requests."""
        if self.environment is None:
            return self
        try:
            # What runs in a container already cannot be watched.
            if requests.http and self.environment.kind == "container":
                self.runs = ask(requests, self.environment, times)
                return self
            with watched(self.environment) as watching:
                self.runs = ask(requests, watching.environment, times)
            self.seen = watching.seen
        except ParityError as error:
            self.failure = error
        return self

    def functions(self) -> Functions:
        """Those of the program's own code, with what lies beside the files that ran."""
        if self._functions is None:
            paths = sorted({_top(path) for path in self.seen.code} if self.seen else ())
            self._functions = self._program("functions.py", paths) if paths else {}
        return self._functions

    def offsets(self) -> Mapping[str, Any]:
        """Of each time zone, as `zones.py` prints them."""
        if self._offsets is None:
            self._offsets = self._program("zones.py", [])
        return self._offsets

    def _program(self, name: str, arguments: list[str]) -> dict[str, Any]:
        if self.environment is None:
            return {}
        program = (INSIDE / name).read_bytes()
        output = self.environment.python(["-", *arguments], program, f"`{name}`")
        return dict(json.loads(output.strip().split("\n")[-1]))

    def record(self) -> dict[str, Any]:
        """What `recorded` reads."""
        seen = self.seen
        return {
            "format": FORMAT,
            "runs": [[[answer.text, answer.status, answer.kind] for answer in run] for run in self.runs],
            "seen": None
            if seen is None
            else {
                "modules": sorted(seen.modules),
                "code": {path: sorted(numbers) for path, numbers in sorted(seen.code.items())},
                "opened": sorted(seen.opened),
                "variables": sorted(seen.variables),
                "lines": {path: sorted(numbers) for path, numbers in sorted((seen.lines or {}).items())},
            },
            "functions": self.functions(),
            "offsets": self.offsets(),
        }


def stored(name: str, requests: Requests) -> Side:
    """The side that a file stands for, `file:PATH`.

    Raises:
        RequestsError: it holds no answers, or answers to other requests.
    """
    path = Path(name.partition(":")[2])
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(content, dict):
            raise ValueError("expected an object")
    except (OSError, ValueError, RecursionError) as error:
        evidence = f"{type(error).__name__}: {error}"
        remedy = f"write one: parity record SOURCE {requests.options} --output FILE"
        raise RequestsError(f"{path} holds no answers", evidence=evidence, remedy=remedy) from error
    return _recorded(name, content, requests)


def _recorded(name: str, content: Mapping[str, Any], requests: Requests) -> Side:
    command = f"parity record SOURCE {requests.options} --output FILE"
    if "replay" not in content:
        raise RequestsError(f"{name} holds no answers", evidence="a snapshot has facts alone", remedy=command)
    replay, asked = content["replay"], content.get("requests")
    if asked != list(requests.texts) or content.get("asked") != requests.how:
        evidence = f"recorded: {content.get('asked')}, {len(asked or ())} requests; now: {requests.how}, "
        evidence += f"{len(requests.texts)} requests" + (", other ones" * (len(asked or ()) == len(requests.texts)))
        raise RequestsError(f"{name} holds answers to something else", evidence=evidence, remedy=command)
    try:
        if replay["format"] != FORMAT:
            raise ValueError(f"expected format {FORMAT}, got {replay['format']!r}")
        runs = [
            [Answer.response(*_kinds(entry)) if entry[1] else Answer.line(entry[0]) for entry in run]
            for run in replay["runs"]
        ]
        seen = replay["seen"] and Seen(
            frozenset(replay["seen"]["modules"]),
            {path: frozenset(numbers) for path, numbers in replay["seen"]["code"].items()},
            frozenset(replay["seen"]["opened"]),
            frozenset(replay["seen"]["variables"]),
            {path: frozenset(numbers) for path, numbers in replay["seen"].get("lines", {}).items()} or None,
        )
        if not runs or any(len(run) != len(requests.texts) for run in runs):
            raise ValueError("expected one answer to each request")
        return Side(name, None, runs, None, seen, replay["functions"], replay["offsets"])
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        evidence = f"{type(error).__name__}: {error}"
        raise RequestsError(f"the answers in {name} cannot be read", evidence=evidence, remedy=command) from error


def _kinds(entry: list[Any]) -> tuple[int, str, str]:
    return int(entry[1]), str(entry[2]), str(entry[0])


def _top(path: str) -> str:
    """The first folder of a path; of a file at the root, the file."""
    parts = path.split("/")
    return "/".join(parts[:2]) if len(parts) > 2 else path
