"""What models name: a pickle or an archive imports modules when it is loaded."""

from __future__ import annotations

import bz2
import io
import lzma
import re
import zipfile
import zlib
from typing import Callable, Iterable

from . import reading
from .code import items
from .context import Context
from .places import walk

MAX_MODEL = 256 << 20  # bytes


def pickled(context: Context, names: Iterable[str]) -> set[str]:
    """Those that a pickle or an archive names: loading it imports them."""
    if not names:
        return set()
    pattern = re.compile(
        rb"(?<!\w)("
        + b"|".join(re.escape(name).encode() for name in sorted(names, key=len, reverse=True))
        + rb")(?!\w)"
    )
    found: set[str] = set()
    code = {item.path for item in items(context)}
    for item in walk(context):
        if (
            item.path not in code
            and item.size
            and not item.path.endswith((".json", ".yaml", ".yml", ".toml", ".csv", ".md", ".txt"))
        ):
            content = _unpacked(reading.data(context, item.path, MAX_MODEL))
            found |= set(names) if content is None else {match.decode() for match in pattern.findall(content)}
    return found


def _unpacked(data: bytes) -> bytes | None:
    """What a file holds, decompressed; None if that is too much."""
    if len(data) >= MAX_MODEL:
        return None
    openers: tuple[tuple[bytes, Callable[[bytes], bytes]], ...] = (
        (b"\x1f\x8b", lambda data: zlib.decompressobj(31).decompress(data, MAX_MODEL)),
        (b"BZ", lambda data: bz2.BZ2Decompressor().decompress(data, MAX_MODEL)),
        (b"\xfd7zXZ", lambda data: lzma.LZMADecompressor().decompress(data, MAX_MODEL)),
        (b"PK", _unzipped),
        (b"\x78", lambda data: zlib.decompressobj().decompress(data, MAX_MODEL)),
    )
    for beginning, opener in openers:
        if data.startswith(beginning):
            try:
                content = opener(data)
            except (OSError, EOFError, ValueError, RuntimeError, zlib.error, lzma.LZMAError, zipfile.BadZipFile):
                return data  # it only looks so
            return None if len(content) >= MAX_MODEL else content
    return data


def _unzipped(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(member.file_size for member in archive.infolist()) >= MAX_MODEL:
            return bytes(MAX_MODEL)
        return b"\n".join(archive.read(member) for member in archive.infolist())
