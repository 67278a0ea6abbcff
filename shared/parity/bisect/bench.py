"""A container of one environment in which parts of another are tried, any number of times.

Nothing is mounted and nothing is built, so the engine may be on another machine, and neither a package
index nor a wheelhouse is asked: both environments already hold the files. The container has no network,
and ends by itself if nobody ends it.
"""

import json
import subprocess
import tempfile
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from shared.parity import sources
from shared.parity.report import Snapshot
from shared.parity.sources import docker
from shared.parity.sources.docker import DockerError, Environment

PARTS = (Path(__file__).parent / "parts.py").read_text()
MOST_SECONDS = 100  # for one set: a set that hangs is not to take the time of all others
GRACE_SECONDS = 600


@dataclass(frozen=True)
class Bench:
    """A running container, and what can be put into it.

    Attributes:
        environment: the container, as the user that its image names.
        parts: names of files of the other environment that can be put in place.
        variables: by name, the other environment's value; None where it sets none.
        forced: for a part, those that must come with it.
        native: parts that hold machine code.
    """

    environment: Environment
    parts: tuple[str, ...]
    variables: Mapping[str, str | None]
    forced: Mapping[str, Sequence[str]] = field(default_factory=dict)
    native: tuple[str, ...] = ()

    def answers(self, taken: frozenset[str], model: Path, seconds: float) -> dict[str, Any]:
        """What `answer.py` answers with these taken from the other environment, and all else as it was.

        Raises:
            DockerError: the container is gone, or cannot be written to.
        """
        numbers = [str(number) for number, name in enumerate(self.parts) if name in taken]
        _root(self.environment).python(["-I", "-S", "-c", PARTS, "compose", *numbers], task="an exchange of files")
        variables = {name.partition(": ")[2]: value for name, value in self.variables.items() if name in taken}
        return docker.answered(self.environment, model, min(seconds, MOST_SECONDS), variables)


@contextmanager
def bench(
    base: Snapshot, other: Snapshot, parts: Sequence[str], variables: Mapping[str, str | None], seconds: float
) -> Iterator[Bench]:
    """A bench made of `base`, with the parts of `other` at hand; removed at the end.

    Args:
        base, other: of an image or a container each.
        seconds: that the search may take.

    Raises:
        DockerError: a container of `base` cannot be started or changed, or `other` does not give its parts.
    """
    source = sources.running(base.name)
    name = f"parity-bisect-{uuid.uuid4().hex}"
    options = [f"--name={name}", f"--label={docker.LABEL}", "--rm", "--pull=never", "--network=none", "--tmpfs=/tmp"]
    image, made = source.name, ""
    if source.kind == "container":  # as it is now, without what its image does not have: its volumes
        image = made = _docker("commit", "--pause=false", f"--change=LABEL {docker.LABEL}", source.name)
        options.append(f"--volumes-from={source.name}:ro")
    wait = f"import time; time.sleep({seconds + GRACE_SECONDS:.0f})"
    try:
        started = _docker("run", "--detach", *options, "--entrypoint", _python(base), image, "-c", wait)
        yield _prepared(Bench(Environment("container", started), tuple(parts), variables), other, seconds)
    finally:
        _docker("rm", "--force", "--volumes", name, check=False)
        if made:
            _docker("image", "rm", made, check=False)


def _prepared(made: Bench, other: Snapshot, seconds: float) -> Bench:
    """Stream the parts from one container into the other."""
    name = f"{docker.PREFIX}{uuid.uuid4().hex}"
    # The engine's log would keep all that is packed, escaped as JSON; that takes twice as long.
    source = sources.running(other.name)
    source = replace(source, options=("--log-driver=none",)) if source.kind == "image" else source
    packing = source.command([_python(other), "-P", "-c", PARTS, "pack", *made.parts], name)
    preparing = ["-P", "-c", PARTS, "prepare", *made.parts]
    with tempfile.TemporaryFile() as said:
        packed = subprocess.Popen(packing, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said)
        try:
            printed = _root(made.environment).python(preparing, packed.stdout or b"", "the copy of packages", seconds)
        except DockerError as error:
            said.seek(0)
            lines = [*said.read().decode(errors="replace").strip().splitlines()[-1:], error.evidence]
            raise DockerError(error.what, evidence="; ".join(lines), remedy=error.remedy) from error
        finally:
            packed.kill()
            packed.communicate()
            _docker("rm", "--force", name, check=False)
    told = json.loads(printed.splitlines()[-1])
    return replace(made, forced=told["forced"], native=tuple(told["native"]))


def _python(snapshot: Snapshot) -> str:
    return str(snapshot.value("python")["executable"])


def _root(environment: Environment) -> Environment:
    return replace(environment, options=("--user=0:0",))


def _docker(*arguments: str, check: bool = True) -> str:
    done = subprocess.run(["docker", *arguments], capture_output=True, text=True, timeout=docker.TIMEOUT_SECONDS)
    if check and done.returncode:
        raise DockerError(
            "the container to try packages in cannot be made",
            evidence=(done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[0],
            remedy="make doctor; docker info says whether the disk is full",
        )
    return done.stdout.strip()
