"""Files of a model folder, read as data from somebody unknown: plain names, regular files, bounded sizes, a seal.

`manifest.sha256` seals `manifest.json`, which has the hash of every other file: `sha256sum --check` reads it.
It shows damage, hand edits and mixed-up copies. It is no signature: whoever may write into the folder can seal
what they wrote. Against that the folder is mounted read-only, and a version is published by its owner.
"""

import hashlib
import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path

from shared.errors import ParityError
from shared.passport import MANIFEST

MODEL, SEAL = "model.skops", "manifest.sha256"
MAX_MANIFEST_BYTES = 16 << 20
MAX_FILE_BYTES = 256 << 20
PLAIN_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")
RESTORE = "train again: make dev; or publish an older model: make publish VERSION=…"
_SEALED = re.compile(rf"([0-9a-f]{{64}})  {re.escape(MANIFEST)}\n")


class ArtifactError(ParityError):
    """A model folder is missing, damaged, or of another contract."""

    exit_code = 1


def read_sealed(folder: Path) -> bytes:
    """The manifest, as it was sealed.

    Raises:
        ArtifactError: it is missing, damaged, edited, or was never sealed.
    """
    manifest = read(folder / MANIFEST, MAX_MANIFEST_BYTES)
    seal = folder / SEAL
    if not os.path.lexists(seal):
        raise ArtifactError(
            f"{folder / MANIFEST} has no seal",
            evidence=f"expected {SEAL} beside it, as training has written since models are sealed",
            remedy="train again: make dev; or, if you know that nobody changed it, type in the model's folder: "
            f"sha256sum {MANIFEST} > {SEAL}",
        )
    sealed = _SEALED.fullmatch(read(seal, 200).decode("ascii", "replace"))
    if not sealed:
        raise ArtifactError(
            f"{seal} is damaged", evidence=f"expected a SHA-256, two spaces and {MANIFEST}", remedy=RESTORE
        )
    digest = hashlib.sha256(manifest).hexdigest()
    if digest != sealed[1]:
        raise ArtifactError(
            f"{folder / MANIFEST} is not what was sealed",
            evidence=f"expected SHA-256 {sealed[1]}, got {digest}: it is damaged, or somebody edited it",
            remedy=RESTORE,
        )
    return manifest


def seal(manifest: bytes) -> bytes:
    """What `manifest.sha256` holds for a manifest."""
    return f"{hashlib.sha256(manifest).hexdigest()}  {MANIFEST}\n".encode()


def read_verified(folder: Path, name: str, sha256: str, size: int) -> bytes:
    """A file that the manifest vouches for.

    Raises:
        ArtifactError: its name leads elsewhere, or it is missing, damaged, or no regular file.
    """
    path = folder / name
    content = read(path, MAX_FILE_BYTES)
    digest = hashlib.sha256(content).hexdigest()
    if digest != sha256 or len(content) != size:
        raise ArtifactError(
            f"{path} is damaged",
            evidence=f"expected SHA-256 {sha256} and {size} bytes, got {digest} and {len(content)} bytes",
            remedy=RESTORE,
        )
    return content


def check_names(folder: Path, files: Mapping[str, object]) -> None:
    """Names of files beside the manifest.

    Raises:
        ArtifactError: one is a path, or the model file is not among them.
    """
    strange = [name for name in files if not PLAIN_NAME.fullmatch(name) or name in (MANIFEST, SEAL)]
    if strange or MODEL not in files:
        expected = f"plain names of files in the folder, got {strange[0]!r}" if strange else f"the hash of {MODEL}"
        raise ArtifactError(f"{folder / MANIFEST} is damaged", evidence=f"expected {expected}", remedy=RESTORE)


def read(path: Path, most: int) -> bytes:
    """A regular file of at most so many bytes; links are not followed, and nothing that is opened can block.

    Raises:
        ArtifactError: it is not one, or cannot be read.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as file:  # noqa: PTH123 (a descriptor has no path)
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise OSError(0, "something else")
            if found.st_size > most:
                raise OSError(0, f"{found.st_size:,} bytes, more than {most:,}")
            return file.read(most)
    except OSError as error:
        got = "a symbolic link" if path.is_symlink() else error.strerror
        raise ArtifactError(
            f"{path} cannot be read", evidence=f"expected a regular file, got: {got}", remedy=RESTORE
        ) from error


def write_synced(path: Path, content: bytes) -> None:
    """Write a file and wait until it is on the disk."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync(folder: Path) -> None:
    """Wait until a folder's names are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
