"""The project's own code: Python files, byte code without its source, and zipped applications."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import marshal
import os
import sys
import zipfile
from typing import Any, Iterator, NamedTuple

from . import reading
from .context import Context, Fact, once
from .entry import entry
from .own import own_files
from .places import Item, by_key, walk

ARCHIVES = (".zip", ".pyz", ".pyzw", ".pex", ".whl", ".egg")
MAX_ARCHIVE = 1 << 30  # bytes, unpacked
MAX_TEXTS = 5000


class Text(NamedTuple):
    """What code says.

    Attributes:
        key: of the file; of one in an archive, with the archive's.
        source: of Python; empty for byte code.
        binary: byte code; empty for source.
    """

    key: str
    source: bytes
    binary: bytes = b""


def code(context: Context) -> dict[str, str]:
    """By first folder."""
    digests: dict[str, Any] = {}
    for path, content in sources(context).items():
        digests.setdefault(path.split("/")[0], hashlib.sha256()).update(path.encode() + b"\0" + bytes.fromhex(content))
    return {name: digest.hexdigest() for name, digest in sorted(digests.items())}


@once
def sources(context: Context) -> dict[str, str]:
    """By file."""
    return by_key(items(context), lambda item: _content(context, item))


@once
def items(context: Context) -> list[Item]:
    """Files of code."""
    there = {item.path for item in walk(context)}
    script = entry(context).script
    found = [item for item in walk(context) if is_code(item.path, there) or item.path == script]
    zipped = [path for path in sys.path if os.path.isfile(path) and path not in {item.path for item in found}]
    return found + [Item(os.path.basename(path), path, os.path.getsize(path)) for path in zipped]


def is_code(path: str, there: set[str]) -> bool:
    """Whether Python can run a file: byte code can where its source is not."""
    if path.endswith(".pyc"):
        return path[:-1] not in there
    return path.endswith((".py", ".pyw", *ARCHIVES))


def _content(context: Context, item: Item) -> str:
    """SHA-256 of what the file says: of archives and byte code without the times of their making."""
    if not item.path.endswith((".pyc", *ARCHIVES)) and item.key.endswith(".py"):
        return _instead(item.path) or reading.content(item.path).hex()
    data = reading.data(context, item.path, MAX_ARCHIVE)
    if item.path.endswith(".pyc"):
        return reading.sha256(_normalised(data))
    if zipfile.is_zipfile(io.BytesIO(data)):
        try:
            return _archive(data)
        except (zipfile.BadZipFile, RuntimeError, ValueError, NotImplementedError, OSError) as error:
            context.problem(item.path, error)
    if data.startswith(b"#!"):  # the path of an interpreter
        data = data.partition(b"\n")[2]
    return reading.sha256(data)


def _instead(path: str) -> str:
    """SHA-256 of the byte code that Python runs instead of a source (PEP 552, unchecked); empty if it does not."""
    try:
        with open(importlib.util.cache_from_source(path), "rb") as file:
            head = file.read(16)
            if head[:8] != importlib.util.MAGIC_NUMBER + b"\x01\0\0\0":
                return ""
            binary = file.read()
        with open(path, "rb") as file:
            same = importlib.util.source_hash(file.read()) == head[8:]
    except (OSError, NotImplementedError):
        return ""
    return "" if same else reading.sha256(_normalised(head + binary))


def _normalised(data: bytes) -> bytes:
    """Byte code without its source's time and size, and without marshal's references, which vary by build."""
    if data[:4] != importlib.util.MAGIC_NUMBER:
        return data[:4] + data[16:]
    try:
        return marshal.dumps(marshal.loads(data[16:]), 2)
    except (ValueError, EOFError, TypeError):
        return data[16:]


def _archive(data: bytes) -> str:
    digest = hashlib.sha256()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = sorted(archive.infolist(), key=lambda member: member.filename)
        if sum(member.file_size for member in members) > MAX_ARCHIVE:
            return reading.sha256(data)
        for member in members:
            content = archive.read(member)
            digest.update(member.filename.encode("utf-8", "replace") + b"\0" + hashlib.sha256(content).digest())
    return digest.hexdigest()


@once
def texts(context: Context) -> list[Text]:
    """What the code says, of the command line and of each file."""
    inline = entry(context).text
    found = [Text("-c", inline.encode("utf-8", "replace"))] if inline else []
    for item in items(context)[:MAX_TEXTS]:
        data = reading.data(context, item.path, MAX_ARCHIVE)
        if item.path.endswith(".pyc"):
            found.append(Text(item.key, b"", data[16:]))
        elif data[:2] == b"PK" or item.path.endswith(ARCHIVES):
            found += _members(item.key, data)
        else:
            found.append(Text(item.key, data))
    for key, path in own_files(context):
        data = reading.data(context, path, MAX_ARCHIVE)
        found.append(Text(key, b"", data[16:]) if path.endswith(".pyc") else Text(key, data))
    return found


def _members(key: str, data: bytes) -> Iterator[Text]:
    """Of an archive, without the packages in it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist()[:MAX_TEXTS]:
                name = f"{key}/{member.filename}"
                if ".deps/" not in name and member.file_size < MAX_ARCHIVE // 100:
                    if name.endswith(".py"):
                        yield Text(name, archive.read(member))
                    elif name.endswith(".pyc"):
                        yield Text(name, b"", archive.read(member)[16:])
    except (zipfile.BadZipFile, RuntimeError, ValueError, NotImplementedError, OSError):
        return


def asks(context: Context) -> list[str]:
    """Things of the environment that code asks for, of those that decide nothing where nobody does."""
    words = {"locale": (b"setlocale", b"LC_ALL", b"LC_COLLATE", b"LC_TIME", b"LC_NUMERIC")}
    return [
        name
        for name, wanted in words.items()
        if any(word in text.source or word in text.binary for text in texts(context) for word in wanted)
    ]


FACTS = (
    Fact(
        "code",
        "SHA-256 of Python files, byte code without source and zipped code of the project, by first folder",
        code,
    ),
    Fact("sources", "the same, by file", sources),
    Fact("asks", "whether that code sets a locale", asks),
)
