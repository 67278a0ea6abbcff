"""Where snapshots come from: `image:REF`, `container:ID`, `archive:PATH` (of docker save), `file:PATH`.

A snapshot is what an environment's own Python says of its files. Of an image that nobody tampers with that is what
runs; an image that wants to deceive can make its Python say anything (a `sitecustomize` that lies, an altered
interpreter, a program in its place), and two such snapshots can agree while the images do not. So PARITY of images
that are not trusted proves nothing about intent: it finds accidents, not attacks. What does hold for any image:
nothing of it runs on the host; it has no network, no capabilities beyond reading its own files, and limits of memory,
processes, time and output; it cannot move a tag, nor leave a container behind; and garbage, silence or a snapshot
without the facts that are compared is an error, never PARITY. To know that an image is the one that was built, compare
its ID or digest, and verify its signature: that is what those are for.
"""

import json
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from shared.compare.report import Snapshot
from shared.errors import ParityError
from shared.parity.sources import archive, environment, suggest, taking
from shared.parity.sources.docker import NotThereError
from shared.parity.sources.environment import Environment

MAX_SNAPSHOT_BYTES = 64 << 20


class SourceError(ParityError):
    """There is no environment under that name."""


@dataclass(frozen=True)
class Source:
    """What a user named.

    Attributes:
        name: as it was typed.
        environment: what can run a program for it; None for a file.
    """

    name: str
    environment: Environment | None

    def take(self, model: Path | None = None) -> Snapshot:
        """Its snapshot; with a model, also its answers to golden requests there, unless it is a file.

        Raises:
            ParityError: there is no such source, no Python in it, or no snapshot in the file; it cannot replay.
        """
        runs = self.environment
        if runs is None:
            return _read(self.name)
        return Snapshot(self.name, taking.replayed(runs, model) if model else taking.snapshot(runs))


@contextmanager
def opened(*names: str, python: Sequence[str] = ()) -> Iterator[tuple[Source, ...]]:
    """The sources of those names; archives are loaded until the end.

    Args:
        python: the Python that serves: of all, or of each; it is looked for if there is none.

    Raises:
        ParityError: one is none of the four kinds, or not there; an archive cannot be loaded.
    """
    kinds = [_kind(name) for name in names]
    with ExitStack() as until_the_end:
        sources = []
        for number, (name, (kind, rest)) in enumerate(zip(names, kinds, strict=True)):
            chosen = python[min(number, len(python) - 1)] if python else ""
            runs = None
            if kind == "archive":
                runs = replace(until_the_end.enter_context(archive.loaded(Path(rest))), chosen=chosen)
            elif kind != "file":
                runs = Environment(kind, rest, chosen=chosen)
            sources.append(Source(name, runs))
        for source in sources:
            if source.environment:
                _check(source.name, source.environment)
        yield tuple(sources)


def _check(name: str, runs: Environment) -> None:
    try:
        environment.check(runs)
    except NotThereError as error:
        error.remedy = suggest.remedy(name, error.remedy)
        raise


def _kind(source: str) -> tuple[str, str]:
    kind, _, name = source.partition(":")
    if kind not in ("image", "container", "archive", "file") or not name or name.startswith("-"):
        raise SourceError(
            f"{source!r} names no environment",
            evidence="expected image:REF, container:ID, archive:PATH or file:PATH",
            remedy=suggest.remedy(source),
        )
    return kind, name


def running(source: str) -> Environment:
    """An image or a container, where a file would not do.

    Raises:
        SourceError: it is something else.
    """
    kind, name = _kind(source)
    if kind not in ("image", "container"):
        raise SourceError(
            f"{source} cannot run anything by itself",
            evidence="a snapshot has the facts of an environment, not its files; an archive is no image yet",
            remedy="name image:REF or container:ID; docker load makes an image of an archive",
        )
    return Environment(kind, name)


def take(source: str, model: Path | None = None, python: Sequence[str] = ()) -> Snapshot:
    """The snapshot of one source.

    Raises:
        ParityError: as `opened` and `Source.take`.
    """
    with opened(source, python=python) as (one,):
        return one.take(model)


def _read(source: str) -> Snapshot:
    path = Path(source.partition(":")[2])
    try:
        content = json.loads(_text(path))
        return Snapshot(source, taking.checked(content.get("environment", content)))  # a passport holds one
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise SourceError(
            f"{path} holds no snapshot",
            evidence=f"{type(error).__name__}: {error}",
            remedy="write one: parity snapshot image:REF --output FILE",
        ) from error


def _text(path: Path) -> bytes:
    """The content of a regular file of sensible size: a pipe would be waited for, a device may never end."""
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise ValueError("it is no regular file")
        if status.st_size > MAX_SNAPSHOT_BYTES:
            raise ValueError(f"it has {status.st_size:,} bytes, and a snapshot at most {MAX_SNAPSHOT_BYTES:,}")
        return file.read(MAX_SNAPSHOT_BYTES)
