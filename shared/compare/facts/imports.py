"""Which modules the code imports, and which of its files the command reaches."""

from __future__ import annotations

import ast
import io
import marshal
import os
import re
import tokenize
import types
from typing import Iterator, NamedTuple

from . import reading
from .code import Text, items, texts
from .context import Context, Fact, once, printable
from .entry import SERVERS, entry, modules, paths
from .own import own
from .pickles import pickled

DYNAMIC = re.compile(
    r"(import_module|__import__)\s*\(\s*[^\"'\s]|\bexec\s*\(|runpy|pkgutil|spec_from_file|SourceFileLoader|load_module"
)
"""Code that imports what no reader of it can know."""

BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")
"""Where a statement has others."""

MAX_SCRIPT = 1 << 20  # bytes


class Mentions(NamedTuple):
    """What one file imports (dotted names; of `from a import b`, both a and a.b), and all words of its texts."""

    imports: set[str]
    words: set[str]


def imports(context: Context) -> list[str]:
    """First names of modules that the code imports, and of servers that the command starts."""
    found = {name.split(".")[0] for mentions in _mentions(context).values() if mentions for name in mentions.imports}
    return sorted(found | set(_servers(context)) | {module for one in own(context) for module in one.modules})


def servers(context: Context) -> list[str]:
    """Modules of servers that the command starts."""
    return sorted(_servers(context))


@once
def _servers(context: Context) -> set[str]:
    started = entry(context)
    words = {word for text in [started.program, *started.words] for word in re.findall(r"[a-z_]+", text.lower())}
    found = words & SERVERS
    if os.path.isfile(started.script) and not started.script.endswith(".py"):
        mentions = parsed(Text("", reading.data(context, started.script, MAX_SCRIPT)))
        found |= {name.split(".")[0] for name in mentions.imports} - {"re", "sys", "os"} if mentions else set()
    return found


@once
def _mentions(context: Context) -> dict[str, Mentions | None]:
    """By file; None of one that cannot be parsed."""
    return {printable(text.key): parsed(text) for text in texts(context)}


def parsed(text: Text) -> Mentions | None:
    """What one file imports and quotes; None if it cannot be parsed."""
    if text.binary:
        return _compiled(text.binary)
    try:
        tree = ast.parse(text.source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    found: set[str] = set()
    package = text.key.split("/")[:-1]
    for node in _statements(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            name = ".".join([*base, *filter(None, [node.module])])
            found |= (
                {name, *(f"{name}.{alias.name}".strip(".") for alias in node.names)} if name or node.level else set()
            )
    quoted = re.findall(rb"\"([^\"\n]{1,200})\"|'([^'\n]{1,200})'", text.source)
    words = re.findall(rb"[\w./-]+", b"\n".join(part for pair in quoted for part in pair))
    return Mentions({name for name in found if name}, {word.decode("utf-8", "replace") for word in set(words)})


def _statements(tree: ast.AST) -> Iterator[ast.AST]:
    """All that are below a node; without what is inside expressions, which is most of a tree."""
    left = [tree]
    while left:
        node = left.pop()
        for block in BLOCKS:
            if block in node._fields:
                statements: list[ast.AST] = getattr(node, block)
                yield from statements
                left += statements


def _compiled(binary: bytes) -> Mentions | None:
    """The same of byte code, where each name could be a module."""
    try:
        top = marshal.loads(binary)
    except (ValueError, EOFError, TypeError):
        return None
    found: set[str] = set()
    blocks = [top]
    while blocks:
        block = blocks.pop()
        if isinstance(block, types.CodeType):
            found.update(block.co_names)
            blocks += block.co_consts
        elif isinstance(block, str):
            found.add(block)
    return Mentions({name for name in found if name.isidentifier() or "." in name}, found)


def entries(context: Context) -> list[str]:
    """Files of code that the command names."""
    started = entry(context)
    found = [key for word in modules(started) for key in named(context).get(word, ())]
    files = {started.script, *paths(context, started)}
    if "gunicorn" in _servers(context):
        files.add(os.path.join(context.folder, "gunicorn.conf.py"))  # which it reads without being asked to
    found += [printable(item.key) for item in items(context) if item.path in files]
    return found + (["-c"] if started.text else [])


@once
def reached(context: Context) -> list[str] | None:
    """Files of code that the command may come to run; None if that cannot be known."""
    mentions = _mentions(context)
    names = named(context)
    queue = entries(context)
    if not queue:
        return None
    dynamic = {printable(text.key) for text in texts(context) if _is_dynamic(text)}
    found: set[str] = set()
    while queue:
        key = queue.pop()
        if key in found:
            continue
        found.add(key)
        file = mentions.get(key)
        if file is None or key in dynamic:
            return None
        words = {re.sub(r"\.py$", "", word).replace("/", ".").strip(".") for word in file.words}
        for name in file.imports | words:
            parts = name.split(".")
            for number in range(1, len(parts) + 1):
                queue += names.get(".".join(parts[:number]), ())
    missing = {name: key for name, keys in names.items() for key in keys if key not in found}
    return sorted(found | {missing[name] for name in pickled(context, missing)})


def _is_dynamic(text: Text) -> bool:
    """Whether code imports what no reader of it can know; texts and comments may name what does."""
    if text.binary or not DYNAMIC.search(text.source.decode("utf-8", "replace")):
        return bool(text.binary)
    try:
        tokens = list(tokenize.tokenize(io.BytesIO(text.source).readline))
    except (tokenize.TokenError, SyntaxError, ValueError):
        return True
    written = [
        re.sub(r"[\"'].*", '""', token.string, flags=re.DOTALL) if token.type == tokenize.STRING else token.string
        for token in tokens
        if token.type not in (tokenize.COMMENT, getattr(tokenize, "FSTRING_MIDDLE", None))
    ]
    return bool(DYNAMIC.search(" ".join(written)))


@once
def named(context: Context) -> dict[str, list[str]]:
    """Files by each dotted name that they could be imported by, from whichever folder is on the path."""
    names: dict[str, list[str]] = {}
    for key in _mentions(context):
        parts = re.sub(r"(/__init__|/__main__)?\.pyc?$", "", key).split("/")
        for number in range(len(parts)):
            names.setdefault(".".join(parts[number:]), []).append(key)
    return names


FACTS = (
    Fact("imports", "ast: modules that the code imports; servers that the command starts", imports),
    Fact("servers", "the command: servers that it starts", servers),
    Fact("entries", "files of code that the command names", entries),
    Fact("reached", "ast, from what the command starts: files of code that it may import; null if unknown", reached),
)
