"""Files, read so that one that cannot be read costs nothing but itself."""

from __future__ import annotations

import hashlib
import os

from .context import Context


def text(path: str) -> str | None:
    """A text file without white space around it; None if it cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read().decode("utf-8", "replace").strip()
    except OSError:
        return None


def content(path: str) -> bytes:
    """SHA-256 of a file; empty if it cannot be read."""
    try:
        file = os.open(path, os.O_RDONLY)  # thousands are read, and a file object takes as long as a small file
    except OSError:
        return b""
    digest = hashlib.sha256()
    try:
        for part in iter(lambda: os.read(file, 1 << 18), b""):  # new memory for whole files takes as long as hashing
            digest.update(part)
    except OSError:
        return b""
    finally:
        os.close(file)
    return digest.digest()


def sha256(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def names(folder: str) -> list[str]:
    """What is in a folder, sorted; nothing if it cannot be read."""
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def data(context: Context, path: str, most: int) -> bytes:
    """A file of at most so many bytes; empty, and a problem, if it cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read(most)
    except OSError as error:
        context.problem(path, error)
        return b""
