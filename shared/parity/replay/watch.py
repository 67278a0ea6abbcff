"""See what an environment loads and runs while it answers: `witness.py` is placed in it, and read afterwards.

Into an image it comes by a volume, which a container that never runs holds; into a running container by a folder for
temporary files. Neither needs a shell, and nothing of the host is mounted.
"""

import io
import json
import subprocess
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from shared.errors import ParityError
from shared.names import LABEL
from shared.parity.sources import docker
from shared.parity.sources.boot import origin
from shared.parity.sources.environment import Environment
from shared.parity.sources.reaper import reaped

PROGRAM = (Path(__file__).parent / "inside" / "witness.py").read_bytes()
FOLDER = "/.parity-witness"
MAX_SEEN = 64 << 20
PLACE = """\
import json, os, sys, tempfile
try:
    folder = tempfile.mkdtemp(prefix="parity-")
except FileNotFoundError:
    folder = tempfile.mkdtemp(prefix="parity-", dir="/dev/shm")
os.mkdir(os.path.join(folder, "seen"))
with open(os.path.join(folder, "sitecustomize.py"), "wb") as file:
    file.write(sys.stdin.buffer.read())
print(json.dumps([folder, os.environ.get("PYTHONPATH", "")]))
"""
TAKE = """\
import os, shutil, sys
for entry in os.scandir(os.path.join(sys.argv[1], "seen")):
    with open(entry.path, encoding="utf-8", errors="replace") as file:
        sys.stdout.write(file.read())
shutil.rmtree(sys.argv[1])
"""


@dataclass(frozen=True)
class Seen:
    """What the processes that answered did.

    Attributes:
        modules: first names of those that were loaded.
        code: of the program's own files that ran, first lines of the functions that were called.
        lines: of these files, lines that ran; None where only calls were watched.
        opened: files that were opened, by their paths.
        variables: that were read.
    """

    modules: frozenset[str] = frozenset()
    code: Mapping[str, frozenset[int]] = field(default_factory=dict)
    opened: frozenset[str] = frozenset()
    variables: frozenset[str] = frozenset()
    lines: Mapping[str, frozenset[int]] | None = None


@dataclass
class Watched:
    """An environment in which each Python that starts is watched.

    Attributes:
        environment: to be asked in place of the one that was given.
        seen: after the end; None if nothing could be seen.
    """

    environment: Environment
    seen: Seen | None = None


@contextmanager
def watched(environment: Environment) -> Iterator[Watched]:
    """Watch an environment until the end. Where it cannot be watched, it is asked all the same."""
    opened = _image(environment) if environment.kind == "image" else _container(environment)
    with opened as watching:
        yield watching


@contextmanager
def _image(environment: Environment) -> Iterator[Watched]:
    with reaped() as name:
        try:
            command = ["create", f"--name={name}", f"--label={LABEL}", f"--volume={FOLDER}"]
            docker.run(*command, environment.name, "-")
            docker.run("container", "cp", "-", f"{name}:{FOLDER}", given=_packed())
        except ParityError:
            docker.ask("container", "rm", "--force", "--volumes", name)
            yield Watched(environment)
            return
        try:
            path = environment.seen().variables.get("PYTHONPATH") or origin(environment).env.get("PYTHONPATH", "")
            options = (*environment.options, f"--volumes-from={name}", _path(FOLDER, path))
            watching = Watched(replace(environment, options=options))
            yield watching
            watching.seen = read(_unpacked(name))
        finally:
            docker.ask("container", "rm", "--force", "--volumes", name)


@contextmanager
def _container(environment: Environment) -> Iterator[Watched]:
    try:
        folder, path = json.loads(environment.python(["-c", PLACE], PROGRAM, "placing a witness").splitlines()[-1])
    except (ParityError, ValueError, IndexError):
        yield Watched(environment)
        return
    watching = Watched(replace(environment, options=(*environment.options, _path(folder, path))))
    try:
        yield watching
    finally:
        try:
            watching.seen = read(environment.python(["-c", TAKE, folder], task="reading what was seen"))
        except ParityError:
            watching.seen = None


def _path(folder: str, others: str) -> str:
    return f"--env=PYTHONPATH={folder}:{others}" if others else f"--env=PYTHONPATH={folder}"


def _packed() -> bytes:
    output = io.BytesIO()
    with tarfile.open(fileobj=output, mode="w") as archive:
        program = tarfile.TarInfo("sitecustomize.py")
        program.size, program.mode = len(PROGRAM), 0o644
        archive.addfile(program, io.BytesIO(PROGRAM))
        folder = tarfile.TarInfo("seen")
        folder.type, folder.mode = tarfile.DIRTYPE, 0o1777  # for whichever user the image has
        archive.addfile(folder)
    return output.getvalue()


def _unpacked(name: str) -> str:
    """The text of all files; empty if there is more of it than a program that is watched writes."""
    command = ["docker", "container", "cp", f"{name}:{FOLDER}/seen", "-"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as copying:
        content = copying.stdout.read(MAX_SEEN) if copying.stdout else b""
        copying.kill()
    if len(content) == MAX_SEEN:
        return ""
    try:
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            files = [archive.extractfile(member) for member in archive if member.isfile()]
            return "".join(file.read().decode(errors="replace") for file in files if file)
    except tarfile.TarError:
        return ""


def read(text: str) -> Seen | None:
    """What the lines of a witness say; None if there are none."""
    found: dict[str, set[str]] = {"module": set(), "code": set(), "line": set(), "open": set(), "variable": set()}
    for line in text.split("\n"):
        kind, _, rest = line.partition(" ")
        if kind in found and rest:
            found[kind].add(rest)
    if not found["module"]:
        return None
    called, lines = _by_file(found["code"]), _by_file(found["line"]) or None
    return Seen(
        frozenset(found["module"]), called, frozenset(found["open"]), frozenset(found["variable"]), lines or None
    )


def _by_file(entries: set[str]) -> dict[str, frozenset[int]]:
    """Numbers of lines, of `LINE FILE`."""
    found: dict[str, set[int]] = {}
    for entry in entries:
        number, _, path = entry.partition(" ")
        if number.isdigit():
            found.setdefault(path, set()).add(int(number))
    return {path: frozenset(numbers) for path, numbers in found.items()}
