"""An archive of `docker save`, loaded for as long as it is needed.

The names in an archive would take the place of those that the engine has, so they are left out
on the way in; and what the engine did not have before is removed.
"""

import json
import subprocess
import tarfile
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from subprocess import PIPE, STDOUT
from typing import IO, Any

from shared.parity.sources.docker import DockerError, Environment, ask, no_engine

LOAD_SECONDS = 600
NAMES = ("io.containerd.image.name", "org.opencontainers.image.ref.name")
"""Annotations by which an engine with containerd's image store names what it loads."""


class ArchiveError(DockerError):
    """A file holds no image that can be loaded."""


@contextmanager
def loaded(path: Path) -> Iterator[Environment]:
    """The image of an archive, which may be compressed.

    Raises:
        ArchiveError: it holds none, or several, or is damaged.
        DockerError: there is no docker here, or no engine.
    """
    _examine(path)
    before = _images()
    identity = _load(path)
    if identity in before:
        yield Environment("image", identity, called=f"archive {path}")
        return
    # A name of our own is what is removed: the image goes with it, unless somebody has named it meanwhile.
    name = f"parity-gate-{uuid.uuid4().hex}"
    try:
        ask("image", "tag", identity, name)
        yield Environment("image", name, called=f"archive {path}")
    finally:
        ask("image", "rm", name)


def _examine(path: Path) -> None:
    """Say what is wrong before minutes are spent on loading."""
    try:
        with tarfile.open(path) as archive:
            manifest = archive.extractfile("manifest.json")
            images = json.load(manifest) if manifest else ()
            if len(images) != 1:
                raise ValueError(f"it holds {len(images)} images")
    except (OSError, EOFError, ValueError, KeyError, TypeError, tarfile.TarError, RecursionError) as error:
        raise ArchiveError(f"{path} holds no image", evidence=_told(error), remedy=_REMEDY) from error


def _told(error: Exception) -> str:
    if isinstance(error, KeyError):
        return "it has no manifest.json: docker export writes files without an image, other tools another layout"
    return f"{type(error).__name__}: {error}"


def _images() -> set[str]:
    done = ask("image", "ls", "--all", "--quiet", "--no-trunc")
    if done.returncode:
        raise no_engine(done.stderr.strip())
    return set(done.stdout.split())


def _load(path: Path) -> str:
    """Load it, and return the image's ID."""
    command = ["docker", "load", "--quiet"]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, stderr=STDOUT) as process:
        assert process.stdin and process.stdout  # noqa: S101  # PIPE makes both
        end = threading.Timer(LOAD_SECONDS, process.kill)
        end.start()
        try:
            with suppress(BrokenPipeError), process.stdin:  # it has ended, and says why
                _copy(path, process.stdin)
            told = process.stdout.read().decode(errors="replace").strip()
        finally:
            end.cancel()
            process.kill()
    _, found, identity = told.rpartition("Loaded image ID: ")
    if not found:
        evidence = told.splitlines()[-1] if told else f"nothing was said in {LOAD_SECONDS} seconds"
        raise ArchiveError(f"{path} cannot be loaded", evidence=evidence, remedy=_REMEDY)
    return identity.split()[0]


def _copy(path: Path, target: IO[bytes]) -> None:
    """The archive without the names in it."""
    with tarfile.open(path) as source, tarfile.open(fileobj=target, mode="w|") as copy:
        for member in source:
            content: IO[bytes] | None = source.extractfile(member) if member.isfile() else None
            if member.name == "repositories":
                continue
            if content and member.name in ("manifest.json", "index.json"):
                text = json.dumps(_nameless(json.load(content))).encode()
                member.size, content = len(text), BytesIO(text)
            copy.addfile(member, content)


def _nameless(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {key: _nameless(each) for key, each in value.items() if key not in NAMES}
        return kept | ({"RepoTags": None} if "RepoTags" in kept else {})
    return [_nameless(each) for each in value] if isinstance(value, list) else value


_REMEDY = "write it with one image: docker save --output FILE IMAGE"
