"""An image or a container as its own service sees it: with the Python, the variables and the folder that serve."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import IO

from shared.names import LABEL
from shared.parity.sources import boot, docker
from shared.parity.sources.boot import Seen
from shared.parity.sources.docker import DockerError
from shared.parity.sources.reaper import reaped
from shared.parity.sources.sealed import BOUNDED, LIMITS, ROOM, Sealed, remove

CACHES = {
    "HOME": f"{ROOM}/home",
    "XDG_CACHE_HOME": f"{ROOM}/cache",
    "NUMBA_CACHE_DIR": f"{ROOM}/numba",
    "MPLCONFIGDIR": f"{ROOM}/matplotlib",
}
"""Where programs may write, by the variable that says so; unless the image has files there, such as models."""
SERVER_CAPABILITIES = ("CHOWN", "FOWNER", "SETGID", "SETUID")  # an entrypoint of root may become another user
LOG_LINES = "20"
PAUSE_SECONDS = 0.1
_SEEN: dict[tuple[str, str, str], Seen] = {}


@dataclass(frozen=True)
class Environment(Sealed):
    """An image or a running container, and what serves there."""

    def seen(self) -> Seen:
        """What serves; looked for once."""
        key = (self.kind, self.name, self.chosen)
        if key not in _SEEN:
            self.remember(boot.look(replace(self, options=())))
        return _SEEN[key]

    def remember(self, seen: Seen) -> None:
        """What was seen while something else was done."""
        _SEEN[self.kind, self.name, self.chosen] = seen

    def server(self) -> tuple[str, ...]:
        """The command that serves, from Python on; empty if none is known."""
        return self.seen().command

    def run(
        self, program: Sequence[str], given: bytes | IO[bytes] = b"", task: str = "", seconds: float | None = None
    ) -> str:
        """Run a program where the service would: its variables, its folder, its Python first on PATH.

        In an image nothing can be written but caches and, where the image has nothing there, /tmp.

        Raises:
            NoProgramError: there is no such program.
            DockerError: the program fails, takes too long, or prints too much.
        """
        seen = self.seen()
        variables = dict(seen.variables)
        if not seen.first_on_path:
            path = variables.get("PATH") or boot.origin(self).env.get("PATH") or "/usr/local/bin:/usr/bin:/bin"
            variables["PATH"] = f"{seen.python.rpartition('/')[0]}:{path}"
        if self.kind == "container":
            limit = seconds or docker.TIMEOUT_SECONDS
            program = [seen.python, "-I", "-S", "-c", BOUNDED, str(limit), *program]
            return self.execute(program, given, task, limit + 5, [f"--workdir={seen.folder}"], variables)
        variables = {**self._caches(seen), **variables}
        return self.execute(program, given, task, seconds, [*_room(seen), f"--workdir={seen.folder}"], variables)

    def python(
        self, arguments: Sequence[str], given: bytes | IO[bytes] = b"", task: str = "", seconds: float | None = None
    ) -> str:
        """The same with the Python that serves."""
        return self.run([self.seen().python, *arguments], given, task, seconds)

    def _caches(self, seen: Seen) -> dict[str, str]:
        kept = {*seen.used, *({"HOME", "XDG_CACHE_HOME"} & boot.origin(self).env.keys())}
        return {name: folder for name, folder in CACHES.items() if name not in kept}

    @contextmanager
    def serving(self) -> Iterator["Beside"]:
        """The source's own command, started; a container serves already.

        Raises:
            DockerError: it cannot be started.
        """
        if self.kind == "container":
            yield Beside("container", self.name, self.options, str(self), self.chosen)
            return
        seen = self.seen()
        capabilities = [f"--cap-add={name}" for name in SERVER_CAPABILITIES]
        given = [f"--env={name}={value}" for name, value in self._caches(seen).items()]
        limits = [option for option in LIMITS if not option.startswith("--log-driver")]
        log = ["--log-driver=json-file", "--log-opt=max-size=1m", "--log-opt=max-file=2"]
        with reaped() as name:
            options = [*limits, *log, *capabilities, *_room(seen), *given, *self.options]
            try:
                docker.run("run", "--detach", f"--name={name}", f"--label={LABEL}", *options, self.name)
                yield Beside("container", name, (), str(self), seen.python)
            finally:
                remove(name)


@dataclass(frozen=True)
class Beside(Environment):
    """Beside a service that runs: programs have its network."""

    def ended(self, within: float = 0) -> str | None:
        """None while it runs, else how it ended and its last words.

        Args:
            within: seconds, for an engine that notes an end only after it has ended the programs beside it.
        """
        deadline = time.monotonic() + within
        while (state := docker.inspected("container", self.name)["State"])["Running"]:
            if time.monotonic() >= deadline:
                return None
            time.sleep(PAUSE_SECONDS)
        log = docker.run("container", "logs", "--tail", LOG_LINES, self.name).strip()
        return f"it ended with exit code {state['ExitCode']}: {log.splitlines()[-1] if log else 'it printed nothing'}"

    def seen(self) -> Seen:
        """What serves, now: it may be starting."""
        return boot.look(replace(self, options=()))

    def run(
        self, program: Sequence[str], given: bytes | IO[bytes] = b"", task: str = "", seconds: float | None = None
    ) -> str:
        """Run a program in its network.

        Raises:
            DockerError: the program fails, takes too long, or prints too much.
        """
        limit = seconds or docker.TIMEOUT_SECONDS
        python = self.chosen or self.seen().python
        bounded = [python, "-I", "-S", "-c", BOUNDED, str(limit), *program]
        return self.execute(bounded, given, task, limit + 5, ["--workdir=/"])

    def python(
        self, arguments: Sequence[str], given: bytes | IO[bytes] = b"", task: str = "", seconds: float | None = None
    ) -> str:
        """The same with the Python that serves."""
        return self.run([self.chosen or self.seen().python, *arguments], given, task, seconds)


def _room(seen: Seen) -> list[str]:
    """The folder for temporary files can be written where that hides nothing."""
    return [] if "tmp" in seen.used else ["--tmpfs=/tmp:size=1g"]


def check(environment: Environment) -> None:
    """Nothing, if there is such an image or container: a look that takes no time, before what does.

    Raises:
        DockerError: there is none, or no engine.
    """
    known = docker.inspected(environment.kind, environment.name)
    if environment.kind == "container" and not (known["State"]["Running"] and not known["State"]["Paused"]):
        raise DockerError(
            f"container {environment.name} does not run",
            evidence=f"its state is {known['State']['Status']}",
            remedy="docker container ls --all",
        )
