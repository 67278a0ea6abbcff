"""An image or a container in which programs are run that nobody vouches for.

An image's run in a container without network, capabilities or a file system that can be written, with limits of
memory and processes; a container's beside what it runs, under the container's own limits. What they print is read
within bounds, and nothing of them runs on the host.
"""

import os
import re
import shlex
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from shared.names import LABEL
from shared.parity.sources import bounded, docker
from shared.parity.sources.docker import DockerError, NoProgramError
from shared.parity.sources.reaper import reaped

ROOM = "/.parity"
"""The folder of a container that can be written: images have none of that name, so that it hides nothing."""
MEMORY = os.environ.get("PARITY_MEMORY") or "4g"
MAX_PROCESSES = 1024
LIMITS = (
    "--cap-drop=ALL",
    "--cap-add=DAC_OVERRIDE",  # root of an image may read its users' files, as where it serves
    "--security-opt=no-new-privileges",
    f"--memory={MEMORY}",
    f"--memory-swap={MEMORY}",
    f"--pids-limit={MAX_PROCESSES}",
    "--ulimit=core=0",
    "--log-driver=none",  # what is printed would be written to the engine's disk as well
    "--network=none",
    "--pull=never",
    "--read-only",
    f"--tmpfs={ROOM}:size=2g,mode=1777",
)
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
ITS_OWN = 125
"""Exit code of docker where it fails itself."""
BOUNDED = """\
import os, signal, subprocess, sys
try:
    running = subprocess.Popen(sys.argv[2:], start_new_session=True)
except OSError as error:
    sys.exit("executable file not found: %s" % error)
try:
    code = running.wait(float(sys.argv[1]))
except subprocess.TimeoutExpired:
    code = 124
    sys.stderr.write("it ran for more than %s seconds" % sys.argv[1])
try:
    os.killpg(running.pid, signal.SIGKILL)
except OSError:
    pass
sys.exit(code if code >= 0 else 128 - code)
"""
"""Ends a program in a running container, where the end of `docker exec` does not."""


@dataclass(frozen=True)
class Sealed:
    """An image or a running container.

    Attributes:
        kind: image or container.
        name: its reference or ID.
        options: of `docker exec` or `docker run`, more than are given anyway.
        called: what it is in a message, if that is something else.
        chosen: the Python that the user named; empty if none was.
    """

    kind: str
    name: str
    options: tuple[str, ...] = ()
    called: str = ""
    chosen: str = ""

    def __str__(self) -> str:
        return self.called or f"{self.kind} {self.name}"

    def command(self, program: Sequence[str], options: Sequence[str] = (), name: str = "") -> list[str]:
        """The command line that runs a program in it with standard input attached.

        Args:
            options: of `docker exec` or `docker run`.
            name: of the container that is made of an image.
        """
        if self.kind == "container":
            return ["docker", "exec", "--interactive", *options, *self.options, self.name, *program]
        given = ["--rm", "--interactive", f"--name={name}", f"--label={LABEL}", *LIMITS, *options, *self.options]
        return ["docker", "run", *given, "--entrypoint", program[0], self.name, *program[1:]]

    def execute(
        self,
        program: Sequence[str],
        given: bytes | IO[bytes] = b"",
        task: str = "",
        seconds: float | None = None,
        options: Sequence[str] = (),
        variables: Mapping[str, str] | None = None,
    ) -> str:
        """Run a program, give it bytes or an open file on standard input, and return what it prints.

        Args:
            task: what it is in a message; the program itself if empty.
            seconds: that it may take; `TIMEOUT_SECONDS` if None.
            options: of `docker exec` or `docker run`.
            variables: that it has as well; their values stand on no command line.

        Raises:
            NoProgramError: there is no such program.
            DockerError: there is no docker here; the program fails, takes too long, or prints too much.
        """
        task = task or f"`{shlex.join(program)}`"
        seconds = seconds or docker.TIMEOUT_SECONDS
        done = None
        with reaped() as name, _given(variables or {}) as given_options:
            try:
                command = self.command(program, (*options, *given_options), name)
                done = bounded.run(command, given, seconds)
            except FileNotFoundError:
                raise docker.no_docker() from None
            finally:
                if self.kind == "image" and (done is None or done.cut):
                    remove(name)  # which goes on after the command line has been ended
        if done.cut:
            remedy = (
                "it may be what the image does at its start; a command of yours gets more time by --timeout SECONDS"
            )
            raise DockerError(f"{self} gave no answer", evidence=f"{task} {done.cut}", remedy=remedy)
        if done.code:
            errors = (done.error or done.output[-bounded.KEPT_ERROR_BYTES :]).decode(errors="replace").strip()
            raise self.error(done.code, program[0], task, errors)  # `exec` complains on standard output
        return done.output.decode(errors="replace")

    def error(self, code: int, program: str, task: str, errors: str) -> DockerError:
        """What a program's exit code and last words mean."""
        lines = errors.splitlines() or [f"exit code {code}"]
        missing = "executable file not found" in errors or ("OCI runtime" in errors and "no such file" in errors)
        if missing:
            evidence = next((line for line in lines if "rror" in line or line.startswith("docker: ")), lines[-1])
            what = f"{self} has no {program}"
            remedy = "the gate runs programs of an image: name one that has this on its PATH"
            return NoProgramError(what, evidence=evidence, remedy=remedy)
        if code == ITS_OWN or errors.startswith("Error response from daemon"):
            return docker.failed(self.kind, self.name, errors)
        by_hand = f"docker exec -it {self.name}" if self.kind == "container" else f"docker run -it {self.name}"
        remedy = f"try by hand what it names: {by_hand} {program}"
        return DockerError(f"{task} failed in {self}", evidence=lines[-1][-1000:], remedy=remedy)


@contextmanager
def _given(variables: Mapping[str, str]) -> Iterator[list[str]]:
    """Options that set variables. In a file, for a command line can be read by everybody on this machine."""
    if not variables:
        yield []
        return
    lines = [f"{name}={value}" for name, value in variables.items() if VARIABLE.fullmatch(name) and "\n" not in value]
    several = [f"--env={name}={value}" for name, value in variables.items() if "\n" in value]
    with tempfile.NamedTemporaryFile("w", prefix="parity-", encoding="utf-8", errors="surrogateescape") as file:
        file.write("\n".join(lines))
        file.flush()
        yield [f"--env-file={file.name}", *several]


def remove(name: str) -> None:
    """A container, whatever it does."""
    command = ["docker", "rm", "--force", "--volumes", name]
    subprocess.run(command, capture_output=True, timeout=docker.TIMEOUT_SECONDS)
