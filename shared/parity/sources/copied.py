"""Files of an image, without running anything of it: out of a container that is never started."""

import io
import posixpath
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager

from shared.names import LABEL
from shared.parity.sources import docker
from shared.parity.sources.inside.command import Files
from shared.parity.sources.reaper import reaped
from shared.parity.sources.sealed import LIMITS, remove

MAX_LINKS = 16
HEAD_BYTES = 1 << 18


@contextmanager
def files(image: str) -> Iterator[Files]:
    """Its files, for as long as the block lasts."""
    with _created(image) as container:
        yield Files(lambda path: _head(container, path, HEAD_BYTES))


def whole(image: str, path: str, most: int) -> bytes | None:
    """A file of at most so many bytes; None if there is none."""
    with _created(image) as container:
        return _head(container, path, most)


@contextmanager
def _created(image: str) -> Iterator[str]:
    with reaped() as name:
        docker.run("create", f"--name={name}", f"--label={LABEL}", *LIMITS, "--entrypoint=-", image)
        try:
            yield name
        finally:
            remove(name)


def _head(container: str, path: str, most: int) -> bytes | None:
    """The beginning of a file, with links followed within the image."""
    for _ in range(MAX_LINKS):
        command = ["docker", "cp", f"{container}:{path}", "-"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
            assert process.stdout  # noqa: S101  # PIPE makes it
            start = process.stdout.read(most)
            process.kill()
        try:
            with tarfile.open(fileobj=io.BytesIO(start), mode="r|") as archive:
                entry = archive.next()
        except tarfile.TarError:
            return None
        if entry is None or not (entry.isfile() or entry.issym()):
            return None
        if entry.isfile():
            return start[tarfile.BLOCKSIZE : tarfile.BLOCKSIZE + entry.size]
        path = posixpath.normpath(posixpath.join(posixpath.dirname(path), entry.linkname))
    return None
