"""Where snapshots come from: `image:REF`, `container:ID`, `file:PATH`."""

import json
from pathlib import Path

from shared.errors import ParityError
from shared.parity.report import Snapshot
from shared.parity.snapshot import FORMAT
from shared.parity.sources import docker
from shared.parity.sources.docker import Environment


class SourceError(ParityError):
    """There is no environment under that name."""


def environment(source: str) -> Environment | None:
    """What can run a program for a source; None for a file.

    Raises:
        SourceError: it is none of the three kinds.
    """
    kind, _, name = source.partition(":")
    if kind not in ("image", "container", "file") or not name or name.startswith("-"):
        raise SourceError(
            f"{source!r} names no environment",
            evidence="expected image:REF, container:ID or file:PATH",
            remedy="docker image ls and docker container ls list what there is",
        )
    return None if kind == "file" else Environment(kind, name)


def running(source: str) -> Environment:
    """The same, where a file would not do.

    Raises:
        SourceError: it is a file, or none of the three kinds.
    """
    found = environment(source)
    if found is None:
        raise SourceError(
            f"{source} cannot run anything",
            evidence="a snapshot has the facts of an environment, not its files",
            remedy="name image:REF or container:ID",
        )
    return found


def take(source: str, model: Path | None = None) -> Snapshot:
    """The snapshot of a source; with a model, also its answers to golden requests there, unless it is a file.

    Raises:
        ParityError: there is no such source, no Python in it, or no snapshot in the file; it cannot replay.
    """
    runs = environment(source)
    if runs is not None:
        return Snapshot(source, docker.replayed(runs, model) if model else docker.snapshot(runs))
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
            remedy="write one: python3 -m shared.parity snapshot image:REF --output FILE",
        ) from error
