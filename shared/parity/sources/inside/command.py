"""Which Python a command line ends in, read as the kernel (execve(2), shebangs) and a shell (POSIX XCU 2) would.

Nothing is run here and no file is opened: both are passed in, so that the same rules hold inside an image and on the
host, for files that `docker cp` reads.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, replace
from typing import Callable, List, Mapping, Optional

from . import shell, supervisor, wrappers

MAX_HOPS = 16
PYTHON = re.compile(r"(python|pypy)[0-9.]*t?")
SHELLS = ("sh", "bash", "dash", "ash", "zsh", "ksh", "busybox")
NONE: tuple[str, ...] = ()


@dataclass(frozen=True)
class Process:
    """What execve gets.

    Attributes:
        argv: program and arguments.
        env: variables.
        folder: the working folder.
    """

    argv: tuple[str, ...]
    env: Mapping[str, str]
    folder: str


@dataclass(frozen=True)
class Served:
    """Where a command line ends.

    Attributes:
        process: the last that was seen; its `argv` begins with the Python, if there is one.
        python: path of the Python; empty if the command ends in none.
        steps: each hop in words.
        unseen: why its Python is not known for sure.
        hidden: what of its variables and its folder could not be seen.
        scripts: shell text that runs before it, or beside it.
    """

    process: Process
    python: str = ""
    steps: tuple[str, ...] = NONE
    unseen: tuple[str, ...] = NONE
    hidden: tuple[str, ...] = NONE
    scripts: tuple[str, ...] = NONE


Shell = Callable[[List[str], str, Process], Optional[Process]]
"""Runs shell text up to the command that it ends in; takes the shell's words, the text, and name and arguments.

Returns that command with its environment and folder; None if it was not reached.
"""


@dataclass(frozen=True)
class Files:
    """How files are looked at.

    Attributes:
        head: the beginning of a file; None if there is no such file.
        names: of the files in a folder.
        run: shell text, if it may be run.
    """

    head: Callable[[str], bytes | None]
    names: Callable[[str], list[str]] = field(default=lambda folder: [])
    run: Shell | None = None

    def which(self, word: str, process: Process) -> str:
        """The path that a word is run from; empty if there is none."""
        if "/" in word:
            folders = [process.folder]
        else:
            path = process.env.get("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
            folders = [os.path.join(process.folder, folder) for folder in path.split(":")]
        for folder in folders:
            found = os.path.normpath(os.path.join(folder, word))
            if self.head(found) is not None:
                return found
        return ""


def follow(process: Process, files: Files) -> Served:
    """Follow a command to its Python."""
    served = Served(process)
    for _ in range(MAX_HOPS):
        if served.python or served.unseen or served.hidden or not served.process.argv:
            return served
        served = _hop(served, files)
    return replace(served, unseen=(*served.unseen, f"the command still went on after {MAX_HOPS} programs"))


def _hop(served: Served, files: Files) -> Served:
    process = served.process
    word, *rest = process.argv
    path = files.which(word, process)
    name = os.path.basename(word)
    if not path:
        return replace(served, unseen=(f"{word} was not found",))
    if PYTHON.fullmatch(name):
        return replace(served, python=path, process=replace(process, argv=(path, *rest)))
    if name in SHELLS:
        return _shell(served, files, name, rest)
    if name == "supervisord":
        return _supervisor(served, files, path, rest)
    if name in wrappers.WRAPPERS:
        return _wrapped(served, files, path, rest)
    return _file(served, files, path, rest)


def _wrapped(served: Served, files: Files, path: str, rest: list[str]) -> Served:
    """A program that runs another."""
    name = os.path.basename(path)
    there = wrappers.Place(path, dict(served.process.env), served.process.folder, lambda p: files.head(p) is not None)
    unwrapped = wrappers.WRAPPERS[name](there, rest)
    if unwrapped is None:
        return replace(served, unseen=(f"what `{' '.join([name, *rest])}` runs was not understood",))
    argv, env, folder = unwrapped
    return replace(served, process=Process(tuple(argv), env, folder), steps=(*served.steps, name))


def _file(served: Served, files: Files, path: str, rest: list[str]) -> Served:
    """A script, by its first line; or a program of machine code, by the Python beside it."""
    head = files.head(path) or b""
    long = shell.python_of_wrapper(head, path)
    if long:
        words = [long]
    elif head.startswith(b"#!"):
        line = head[2:].split(b"\n", 1)[0].decode(errors="surrogateescape").strip()
        words = line.split(None, 1)  # the kernel passes what follows the interpreter as one argument
    else:
        return _beside(served, files, path)
    if not words:
        return replace(served, unseen=(f"{path} names no interpreter",))
    process = replace(served.process, argv=(*words, path, *rest))
    return replace(served, process=process, steps=(*served.steps, path))


def _beside(served: Served, files: Files, path: str) -> Served:
    folder = os.path.dirname(path)
    if os.path.basename(path) == "uwsgi":
        home = wrappers.uwsgi_home(served.process.argv[1:], served.process.folder, files.head)
        folder = os.path.join(home, "bin") if home else folder
    marks = (os.path.join(os.path.dirname(folder), mark) for mark in ("pyvenv.cfg", "conda-meta/history"))
    python = os.path.join(folder, "python3")
    if any(files.head(mark) is not None for mark in marks) and files.head(python) is not None:
        process = replace(served.process, argv=(python, path, *served.process.argv[1:]))
        return replace(served, process=process, python=python, steps=(*served.steps, f"{path}, beside it"))
    return replace(served, unseen=(f"which Python {path} uses, which is no script",))


def _shell(served: Served, files: Files, name: str, rest: list[str]) -> Served:
    process = served.process
    words = [process.argv[0]]
    if name == "busybox" and rest:
        words.append(rest.pop(0))
    flags, is_text, rest = shell.flags(rest)
    if is_text and rest:
        text, rest, step = rest[0], rest[1:] or [words[-1]], f"{name} -c"
    elif rest:
        head = files.head(os.path.join(process.folder, rest[0]))
        if head is None:
            return replace(served, unseen=(f"{rest[0]} was not found",))
        text, step = head.decode(errors="surrogateescape"), name
    else:
        return Served(replace(process, argv=()), steps=(*served.steps, f"{name} is started without a command"))
    arguments = replace(process, argv=tuple(rest))
    sourced = name == "bash" and "BASH_ENV" in process.env  # a file that bash reads first
    static = None if sourced else shell.evaluate(text, rest, process.env, process.folder)
    found = Process(*static) if static else None
    if found is None and files.run:
        found = files.run([*words, *flags], text, arguments)
    if found is None or not found.argv:
        what = rest[0] if step == name else f"`{' '.join(process.argv)[:100]}`"
        return replace(served, hidden=(f"what {what} sets, and what it starts",))
    scripts = (*served.scripts, *shell.before(text))
    return replace(served, process=found, steps=(*served.steps, step), scripts=scripts)


def _supervisor(served: Served, files: Files, path: str, rest: list[str]) -> Served:
    process = served.process
    programs = supervisor.programs(path, rest, process.folder, process.env, files.head, files.names)
    if programs is None:
        return replace(served, unseen=("the configuration of supervisord",))
    ends: dict[str, Served] = {}
    unseen: list[str] = []
    for program in programs:
        end = follow(Process(*program), replace(files, run=None))
        if end.python:
            ends.setdefault(end.python, end)
    if len(ends) != 1:
        unseen = [f"supervisord starts {'no Python' if not ends else 'several Pythons: ' + ', '.join(sorted(ends))}"]
        return replace(served, unseen=tuple(unseen))
    (end,) = ends.values()
    beside = tuple(" ".join(argv) for argv, *_ in programs if len(programs) > 1)
    return replace(end, steps=(*served.steps, "supervisord", *end.steps), scripts=(*end.scripts, *beside))
