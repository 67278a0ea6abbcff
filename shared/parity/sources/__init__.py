"""Where snapshots come from: `image:REF`, `container:ID`, `archive:PATH` (of docker save), `file:PATH`."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from shared.compare.facts import FORMAT
from shared.compare.report import Snapshot
from shared.errors import ParityError
from shared.parity.sources import archive, docker, suggest
from shared.parity.sources.docker import Environment


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
        return Snapshot(self.name, docker.replayed(runs, model) if model else docker.snapshot(runs))


@contextmanager
def opened(*names: str) -> Iterator[tuple[Source, ...]]:
    """The sources of those names; archives are loaded until the end.

    Raises:
        ParityError: one is none of the four kinds, or not there; an archive cannot be loaded.
    """
    kinds = [_kind(name) for name in names]
    with ExitStack() as until_the_end:
        sources = []
        environment: Environment | None
        for name, (kind, rest) in zip(names, kinds, strict=True):
            if kind == "archive":
                environment = until_the_end.enter_context(archive.loaded(Path(rest)))
            else:
                environment = None if kind == "file" else Environment(kind, rest)
            sources.append(Source(name, environment))
        for source in sources:
            if source.environment:
                docker.check(source.environment)
        yield tuple(sources)


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


def take(source: str, model: Path | None = None) -> Snapshot:
    """The snapshot of one source.

    Raises:
        ParityError: as `opened` and `Source.take`.
    """
    with opened(source) as (one,):
        return one.take(model)


def _read(source: str) -> Snapshot:
    path = Path(source.partition(":")[2])
    try:
        content = json.loads(path.read_text())
        content = content.get("environment", content)  # a passport holds one
        if content["format"] != FORMAT:
            raise ValueError(f"expected format {FORMAT}, got {content['format']!r}")
        facts = content["facts"]
        if not all("value" in fact for fact in facts.values()):
            raise ValueError("expected a value in each fact")
        return Snapshot(source, facts)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise SourceError(
            f"{path} holds no snapshot",
            evidence=f"{type(error).__name__}: {error}",
            remedy="write one: parity snapshot image:REF --output FILE",
        ) from error
