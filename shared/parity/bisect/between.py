"""Environments in between two: containers of one, in which parts of the other are in place.

Each set of parts has a fresh container of the first, so nothing must be put back, and whatever is alike stays
where it is. The files of the other lie in a volume that all of them mount. Nothing of the host is mounted and
nothing is built, so the engine may be on another machine, and neither a package index nor a wheelhouse is
asked: both environments already hold the files.
"""

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from shared.names import LABEL
from shared.parity import sources
from shared.parity.bisect.part import Part
from shared.parity.bisect.questions import Question
from shared.parity.sources import docker
from shared.parity.sources.environment import Environment

PARTS = (Path(__file__).parent / "parts.py").read_text()
CAPABILITIES = tuple(f"--cap-add={name}" for name in ("CHOWN", "FOWNER", "SETGID", "SETUID"))
"""To exchange files of any user, and to go on as the image's."""
MAX_SECONDS = 100  # for one set: a set that hangs is not to take the time of all others


@dataclass(frozen=True)
class Between:
    """What environments in between are made of.

    Attributes:
        base: the image whose containers they are, with the volume and as root, who may exchange files.
        parts: what can be put in place of the base's own.
        variables: by name, the other environment's value; None where it sets none.
        forced: for a part, as text, those that must come with it.
        native: parts that hold machine code, as text.
    """

    base: Environment
    parts: Sequence[Part]
    variables: Mapping[str, str | None]
    forced: Mapping[str, Sequence[str]] = field(default_factory=dict)
    native: tuple[str, ...] = ()

    def answers(self, taken: frozenset[str], question: Question, seconds: float) -> dict[str, Any]:
        """What is answered with these parts, as text, of the other environment, and all else as it was.

        Raises:
            DockerError: there is no such container, or no room for the files.
        """
        chosen = [(number, part) for number, part in enumerate(self.parts) if str(part) in taken]
        numbers = ",".join(str(number) for number, part in chosen if part.fact != "variables")
        variables = {part.name: self.variables[part.name] for _, part in chosen if part.fact == "variables"}
        first = ("-I", "-S", "-c", PARTS, "exchange", numbers)
        return question.answers(self.base, min(seconds, MAX_SECONDS), variables, first)


@contextmanager
def between(
    base: str, other: str, parts: Sequence[Part], variables: Mapping[str, str | None], seconds: float
) -> Iterator[Between]:
    """Get the parts of `other` that `base` has not; gone at the end.

    Args:
        base, other: images or containers.
        seconds: that the copy may take.

    Raises:
        DockerError: one of them does not give its parts, or there is no room for them.
    """
    with _image(base) as ours, _image(other) as theirs, _volume(ours.name) as volume:
        named = json.dumps([(part.fact, part.name) for part in parts])
        listed = ours.python(["-P", "-c", PARTS, "list", named], task="the list of files")
        given = listed.splitlines()[-1].encode()  # what Python prints of itself at its start comes before
        theirs = replace(theirs, options=(*theirs.options, *volume))
        picked = theirs.python(["-P", "-c", PARTS, "pick", named], given, "the copy of files", seconds)
        found = json.loads(picked.splitlines()[-1])
        packages = {part.name: str(part) for part in parts if part.fact == "packages"}
        forced = {packages[name]: [packages[other] for other in others] for name, others in found["forced"].items()}
        native = tuple(str(parts[number]) for number in found["native"])
        ours = replace(ours, options=(*ours.options, *volume, "--read-only=false"))
        yield Between(ours, parts, variables, forced, native)


@contextmanager
def _image(source: str) -> Iterator[Environment]:
    """An image like it: of a container, as it is now, with its volumes, which an image does not hold."""
    environment = sources.running(source)
    if environment.kind == "image":
        yield environment
        return
    image = docker.run("commit", "--pause=false", f"--change=LABEL {LABEL}", environment.name).strip()
    try:
        yield Environment("image", image, (f"--volumes-from={environment.name}:ro",))
    finally:
        docker.run("image", "rm", image)


@contextmanager
def _volume(image: str) -> Iterator[tuple[str, ...]]:
    """Options that mount a volume, for root."""
    # It belongs to a container that never runs, and goes with it; `make clean` finds that by its label.
    name = f"parity-bisect-{uuid.uuid4().hex}"
    docker.run("create", f"--name={name}", f"--label={LABEL}", "--volume=/.parity-bisect", image, "-")
    try:
        yield "--user=0:0", *CAPABILITIES, f"--volumes-from={name}"
    finally:
        docker.run("rm", "--force", "--volumes", name)
