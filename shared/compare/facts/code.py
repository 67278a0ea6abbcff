"""The project's own code: Python files, byte code without its source, and zipped applications."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import marshal
import os
import re
import sys
import zipfile
from typing import Any, Iterator, NamedTuple

from . import reading
from .context import Context, Fact, once, printable
from .entry import entry
from .places import Item, walk

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
    """By file; two of one name in two folders have one hash."""
    found: dict[str, str] = {}
    for item in items(context):
        key, content = printable(item.key), _content(context, item)
        found[key] = reading.sha256((found[key] + content).encode()) if key in found else content
    return dict(sorted(found.items()))


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


@once
def constants(context: Context) -> frozenset[str]:
    """Texts in the code that could be names of variables; with a `*` at an end, the beginning or end of one."""
    quoted = re.compile(rb"""(["'])([A-Za-z_]\w*)\1""")
    pieces = re.compile(rb"""["']([A-Za-z]\w{2,}_)(?=["'{])|(?<=["'}])(_[A-Z]\w{2,})["']""")
    word = re.compile(rb"[A-Z][A-Z0-9_]{2,}")
    found = {match[2] for text in texts(context) for match in quoted.finditer(text.source)}
    for text in texts(context):
        for first, last in pieces.findall(text.source):
            found.add(first + b"*" if first else b"*" + last)
        for match in word.findall(text.binary):  # the length of a text, which comes before it, may look like a letter
            found |= {match, match[1:]}
    return frozenset(name.decode() for name in found | set(_fields(context)))


def is_named(context: Context, variable: str) -> bool:
    """Whether code names a variable, or a part of its name with an underscore, to which it adds the rest."""
    names = constants(context)
    at = [number for number, letter in enumerate(variable) if letter == "_"]
    parts = {variable[: number + 1] + "*" for number in at} | {"*" + variable[number:] for number in at}
    return variable in names or variable.upper() in names or not names.isdisjoint(parts)


def _fields(context: Context) -> Iterator[bytes]:
    """Fields of settings that pydantic reads from variables, and the prefix of dynaconf's."""
    field = re.compile(rb"^[ \t]+([A-Za-z_]\w*)[ \t]*:", re.MULTILINE)
    prefix = re.compile(rb"""env_prefix\s*=\s*["'](\w*)["']""")
    for text in texts(context):
        if b"BaseSettings" in text.source:
            for before in {b"", *prefix.findall(text.source)}:
                yield from ((before + name).upper() for name in field.findall(text.source))
        if b"Dynaconf(" in text.source:
            yield from (name + b"_*" for name in re.findall(rb"""envvar_prefix\s*=\s*["'](\w+)["']""", text.source))


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
