"""What runs in a container, by /proc (proc(5)): PID 1 and those below it, not what `docker exec` starts."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import Iterator

from .command import PYTHON, Files, Process, Served, follow
from .wrappers import WRAPPERS

MANAGERS = (*WRAPPERS, "supervisord", "circusd", "honcho", "s6-svscan")
MAX_PROCESSES = 4096


@dataclass(frozen=True)
class Running:
    """A process.

    Attributes:
        executable: path of what runs, with links followed; empty if it may not be seen.
        env: variables that it was started with; None if they may not be seen.
        folder: its working folder; empty if it may not be seen, or is gone.
    """

    pid: int
    parent: int
    argv: tuple[str, ...]
    executable: str
    env: dict[str, str] | None
    folder: str


def processes(root: str = "/proc") -> list[Running]:
    """All that can be seen, PID 1 first."""
    pids = sorted(int(name) for name in os.listdir(root) if name.isdigit())[:MAX_PROCESSES]
    return [found for found in (running(root, pid) for pid in pids) if found]


def running(root: str, pid: int) -> Running | None:
    """One of them; None if it has ended."""
    place = os.path.join(root, str(pid))
    try:
        with open(os.path.join(place, "stat"), errors="replace") as file:
            parent = int(file.read().rpartition(")")[2].split()[1])
        argv = tuple(_texts(os.path.join(place, "cmdline")))
    except (OSError, ValueError, IndexError):
        return None
    try:
        env: dict[str, str] | None = dict(
            text.split("=", 1) for text in _texts(os.path.join(place, "environ")) if "=" in text
        )
    except OSError:
        env = None
    return Running(pid, parent, argv, _link(place, "exe"), env, _link(place, "cwd"))


def _texts(path: str) -> list[str]:
    with open(path, "rb") as file:
        return [text.decode(errors="surrogateescape") for text in file.read().split(b"\0")[:-1]]


def _link(place: str, name: str) -> str:
    try:
        target = os.readlink(os.path.join(place, name))
    except OSError:
        return ""
    return "" if target.endswith(" (deleted)") else target


def below(found: list[Running], pid: int = 1) -> Iterator[list[Running]]:
    """A process, its children, theirs, and so on."""
    level = [one for one in found if one.pid == pid]
    while level:
        yield level
        parents = {one.pid for one in level}
        level = [one for one in found if one.parent in parents]


def serving(found: list[Running], started: Process, files: Files) -> Served:
    """Which Python serves, by what runs; where that may not be seen, by what the container was started with.

    Args:
        started: the container's own command.
    """
    for level in below(found):
        pythons = [_python(one, files, started) for one in level if _is_python(one)]
        if pythons:
            kinds = {python.python for python in pythons}
            if len(kinds) > 1:
                names = ", ".join(sorted(kinds))
                return replace(pythons[0], unseen=(f"several Pythons run: {names}",))
            return pythons[0]
    served = follow(started, replace(files, run=None))
    if not all(one.executable for level in below(found) for one in level):
        return served if served.python else replace(served, hidden=("the processes, which may not be looked at",))
    first = next((" ".join(one.argv) for one in found if one.pid == 1), "not there")
    return Served(started, unseen=(f"no Python runs in it: PID 1 is {first[:100]!r}",))


def _is_python(one: Running) -> bool:
    name = os.path.basename(one.executable)
    managed = [os.path.basename(word) for word in one.argv[1:2]]
    return bool(PYTHON.fullmatch(name)) and not set(managed) & set(MANAGERS)


def _python(one: Running, files: Files, started: Process) -> Served:
    """The Python of a process as it was called, which tells its environment; the executable alone does not."""
    env, folder = one.env, one.folder
    hidden = [] if env is not None else ["the variables of the process, which may not be read"]
    process = Process(one.argv, env if env is not None else started.env, folder or "/")
    step = f"PID {one.pid}"
    if not folder:
        hidden.append("its working folder, which is gone or may not be looked at")
    path = files.which(one.argv[0], process) if one.argv else ""
    if path and os.path.realpath(path) == one.executable:
        return Served(replace(process, argv=(path, *one.argv[1:])), path, (step,), hidden=tuple(hidden))
    # A process may write anything over its command line (setproctitle).
    named = follow(started, replace(files, run=None))
    if named.python and os.path.realpath(named.python) == one.executable:
        return Served(
            replace(process, argv=named.process.argv), named.python, (step, *named.steps), hidden=tuple(hidden)
        )
    disagree = f"PID {one.pid} calls itself {' '.join(one.argv)[:100]!r}, and runs {one.executable}"
    return Served(replace(process, argv=(one.executable,)), one.executable, (step,), (disagree,), tuple(hidden))
