"""What one snapshot knows from the start, and remembers while it is taken."""

from __future__ import annotations

import functools
import os
from typing import Any, Callable, Mapping, NamedTuple, TypeVar

Value = TypeVar("Value")


class Fact(NamedTuple):
    """One fact: its name, how it is obtained, in words, and the function that obtains it."""

    name: str
    how: str
    function: Callable[[Context], Any]


class Context:
    """One snapshot under way.

    Attributes:
        program: whether this process exists for the snapshot alone; a process that trains or serves takes
            fewer facts, of itself.
        command: arguments of what serves, as resolved; empty if unknown.
        found: how the Python that serves was found, in words.
        folder: the working folder.
        mounts: of a container: `target`, `kind` and `read_only` of each.
        hidden: folders that are not what the image has there.
        ours: these, and the one that this program was unpacked into, which is gone when it ends.
        scripts: lines of shell that run before what serves.
        volumes: of an image, folders where something is mounted when it runs.
        walk: whether to walk the whole file system.
        variables: the environment variables.
        problems: what could not be read, and cost no more than itself: `item` and `problem`.
        memory: what functions have found, by name.
    """

    def __init__(self, given: Mapping[str, Any] | None = None) -> None:
        self.program = given is not None
        given = given or {}
        self.command: list[str] = [str(word) for word in given.get("command") or ()]
        self.found: str = given.get("found") or ""
        self.mounts: list[dict[str, Any]] = list(given.get("mounts") or ())
        self.hidden: list[str] = list(given.get("hidden") or ())
        self.ours: list[str] = [*self.hidden, *([given["unpacked"]] if given.get("unpacked") else ())]
        self.scripts: list[str] = [str(line) for line in given.get("scripts") or ()]
        self.volumes: list[str] = [str(path) for path in given.get("volumes") or ()]
        self.walk: bool = bool(given.get("walk"))
        self.variables: Mapping[str, str] = os.environ
        self.problems: list[dict[str, str]] = []
        self.memory: dict[str, Any] = {}
        self.folder: str = given.get("workdir") or self._folder()

    def _folder(self) -> str:
        try:
            return os.getcwd()
        except OSError as error:  # it was removed
            self.problem("the working folder", error)
            return "/"

    def problem(self, item: str, problem: object) -> None:
        """Record what cannot be read, once."""
        text = f"{type(problem).__name__}: {problem}" if isinstance(problem, Exception) else str(problem)
        entry = {"item": printable(item), "problem": printable(text)}
        if entry not in self.problems:
            self.problems.append(entry)


def once(function: Callable[[Context], Value]) -> Callable[[Context], Value]:
    """Remember the result for as long as the snapshot is being taken."""
    name = f"{function.__module__}.{function.__qualname__}"

    @functools.wraps(function)
    def remembered(context: Context) -> Value:
        if name not in context.memory:
            context.memory[name] = function(context)
        value: Value = context.memory[name]
        return value

    return remembered


def printable(text: str) -> str:
    """The same text; bytes of a file's name that are no UTF-8 as escapes."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
