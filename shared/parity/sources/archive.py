"""An archive of `docker save`, loaded for as long as it is needed.

What goes to the engine is written anew from what was read and understood here: members by their canonical names, each
once, and of the manifests only what says which files the image is made of. So nothing in an archive can name an
image, and no two readers can see two things in it. What the engine did not have before is removed.
"""

import json
import os
import posixpath
import stat
import subprocess
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from subprocess import PIPE, STDOUT
from typing import IO, Any

from shared.parity.sources.docker import DockerError, ask, no_engine
from shared.parity.sources.environment import Environment
from shared.parity.sources.reaper import reaped

LOAD_SECONDS = 600
MAX_JSON_BYTES = 16 << 20
MAX_MEMBERS = 100_000
MANIFEST, INDEX = "manifest.json", "index.json"
DESCRIPTOR = ("mediaType", "digest", "size", "platform")
"""Of an OCI index's entries; an engine with containerd's image store names images by their annotations."""
LAYER = "/layer.tar"


class ArchiveError(DockerError):
    """A file holds no image that can be loaded."""


@contextmanager
def loaded(path: Path) -> Iterator[Environment]:
    """The image of an archive, which may be compressed.

    Raises:
        ArchiveError: it holds none, or several, or is damaged or ambiguous.
        DockerError: there is no docker here, or no engine.
    """
    manifests = _examined(path)
    before = _images()
    # A name of our own is what is removed: the image goes with it, unless somebody has named it meanwhile.
    with reaped("image") as name:
        identity = _load(path, manifests)
        if identity in before:
            yield Environment("image", identity, called=f"archive {path}")
            return
        try:
            ask("image", "tag", identity, name)
            yield Environment("image", name, called=f"archive {path}")
        finally:
            ask("image", "rm", name)


def _examined(path: Path) -> dict[str, bytes]:
    """Its manifests, written anew; says what is wrong before minutes are spent on loading."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH116  # a link to a file will do
            raise ValueError("it is no regular file")
        texts: dict[str, bytes] = {}
        links: dict[str, str] = {}
        names: set[str] = set()
        with _opened(path) as archive:
            for member in archive:
                name = _canonical(member.name)
                if name in names and not member.isdir():
                    raise ValueError(f"{name} is in it twice")
                if len(names) >= MAX_MEMBERS:
                    raise ValueError(f"it has more than {MAX_MEMBERS} members")
                names.add(name)
                if member.issym() and name.endswith(LAYER):  # as `docker save` writes a layer that it has written
                    links[name] = posixpath.normpath(posixpath.join(posixpath.dirname(name), member.linkname))
                elif not (member.isdir() or member.isreg()) or member.issparse():
                    raise ValueError(f"{name} is no file")
                if name in (MANIFEST, INDEX):
                    texts[name] = _read(archive, member)
        for name in names:
            if links.keys() & set(_above(name)):
                raise ValueError(f"{name} lies below a link")
        if set(links.values()) - (names - links.keys()):
            raise ValueError("a link leads out of it")
        return _manifests(texts, names)
    except (OSError, EOFError, ValueError, LookupError, TypeError, tarfile.TarError, RecursionError) as error:
        raise ArchiveError(f"{path} holds no image", evidence=_reason(error), remedy=_REMEDY) from error


def _opened(path: Path) -> tarfile.TarFile:
    """By its first bytes: to try every compression would take a terabyte of zeros for the padding of one."""
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(b"\x1f\x8b"):
        return tarfile.open(path, "r:gz")
    if start.startswith(b"BZh"):
        return tarfile.open(path, "r:bz2")
    return tarfile.open(path, "r:xz") if start.startswith(b"\xfd7zXZ") else tarfile.open(path, "r:")


def _canonical(name: str) -> str:
    """The name within the archive; `./` before it means nothing."""
    if name.startswith("/") or ".." in name.split("/"):
        raise ValueError(f"{name!r} leads out of it")
    return posixpath.normpath(name)


def _above(name: str) -> Iterator[str]:
    while "/" in name:
        name = posixpath.dirname(name)
        yield name


def _read(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    content = archive.extractfile(member)
    if content is None or member.size > MAX_JSON_BYTES:
        raise ValueError(f"{member.name} has {member.size:,} bytes")
    return content.read()


def _manifests(texts: dict[str, bytes], names: set[str]) -> dict[str, bytes]:
    """Only what says of which files the image is made, under exactly these keys: an engine minds no case."""
    images = json.loads(texts[MANIFEST])
    if len(images) != 1:
        raise ValueError(f"it holds {len(images)} images")
    config, layers = images[0]["Config"], list(images[0]["Layers"] or ())
    for name in (config, *layers):
        if name not in names:
            raise ValueError(f"it lacks {name!r}")
    manifests: dict[str, Any] = {MANIFEST: [{"Config": config, "RepoTags": None, "Layers": layers}]}
    if INDEX in texts:
        index = json.loads(texts[INDEX])
        entries = [{key: entry[key] for key in DESCRIPTOR if key in entry} for entry in index["manifests"]]
        kept = {key: index[key] for key in ("schemaVersion", "mediaType") if key in index}
        manifests[INDEX] = {**kept, "manifests": entries}
    return {name: json.dumps(content).encode() for name, content in manifests.items()}


def _reason(error: Exception) -> str:
    if isinstance(error, KeyError) and error.args == (MANIFEST,):
        return "it has no manifest.json: docker export writes files without an image, other tools another layout"
    return f"{type(error).__name__}: {error}"


def _images() -> set[str]:
    done = ask("image", "ls", "--all", "--quiet", "--no-trunc")
    if done.returncode:
        raise no_engine(done.stderr.strip())
    return set(done.stdout.split())


def _load(path: Path, manifests: dict[str, bytes]) -> str:
    """Load it, and return the image's ID."""
    command = ["docker", "load", "--quiet"]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, stderr=STDOUT) as process:
        assert process.stdin and process.stdout  # noqa: S101  # PIPE makes both
        end = threading.Timer(LOAD_SECONDS, process.kill)
        end.start()
        try:
            with suppress(BrokenPipeError), process.stdin:  # it has ended, and says why
                _copy(path, process.stdin, manifests)
            printed = process.stdout.read(MAX_JSON_BYTES).decode(errors="replace").strip()
        finally:
            end.cancel()
            process.kill()
    _, found, identity = printed.rpartition("Loaded image ID: ")
    if not found:
        evidence = printed.splitlines()[-1] if printed else f"docker printed nothing in {LOAD_SECONDS} seconds"
        raise ArchiveError(f"{path} cannot be loaded", evidence=evidence, remedy=_REMEDY)
    return identity.split()[0]


def _copy(path: Path, target: IO[bytes], manifests: dict[str, bytes]) -> None:
    """The archive, member by member, with headers and manifests of our own."""
    with _opened(path) as source, tarfile.open(fileobj=target, mode="w|") as copy:
        for member in source:
            entry = tarfile.TarInfo(_canonical(member.name))
            if entry.name == "repositories":
                continue
            entry.type, entry.mode, entry.linkname = member.type, 0o755 if member.isdir() else 0o644, member.linkname
            content: IO[bytes] | None = source.extractfile(member) if member.isreg() else None
            if entry.name in manifests:
                content = BytesIO(manifests[entry.name])
                entry.size = len(manifests[entry.name])
            elif content:
                entry.type, entry.size = tarfile.REGTYPE, member.size
            copy.addfile(entry, content)


_REMEDY = "write it with one image: docker save --output FILE IMAGE"
