"""The project's own code, and what it says: modules that it imports, variables that it names."""

from __future__ import annotations

import ast
import hashlib
import os
import re
import sys
from typing import Any, Iterator

from . import reading
from .context import Context, Fact, once
from .places import walk


def code(context: Context) -> dict[str, str]:
    """By first folder."""
    digests: dict[str, Any] = {}
    for root, path in _sources(context):
        digest = digests.setdefault(path.split("/")[0], hashlib.sha256())
        digest.update(os.fsencode(path) + b"\0" + reading.content(os.path.join(root, path)))
    for path in filter(os.path.isfile, sys.path):  # zipped
        digests.setdefault(os.path.basename(path), hashlib.sha256()).update(reading.content(path))
    return {name: digest.hexdigest() for name, digest in sorted(digests.items())}


def imports(context: Context) -> list[str]:
    """First names of modules that the code imports."""
    found: set[str] = set()
    for text in _texts(context):
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError):
            continue
        for node in _statements(tree):
            if isinstance(node, ast.Import):
                found.update(alias.name.split(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
    return sorted(found)


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """All that are below a node; without what is inside expressions, which is most of a tree."""
    for block in ("body", "orelse", "finalbody", "handlers", "cases"):
        for statement in getattr(node, block, ()):
            yield statement
            yield from _statements(statement)


@once
def constants(context: Context) -> frozenset[str]:
    """Texts in the code that could be names of variables."""
    quoted = re.compile(rb"""(["'])([A-Z][A-Z0-9_]{2,})\1""")
    return frozenset(match[2].decode() for text in _texts(context) for match in quoted.finditer(text))


@once
def _texts(context: Context) -> list[bytes]:
    found = []
    for root, path in _sources(context):
        try:
            with open(os.path.join(root, path), "rb") as file:
                found.append(file.read())
        except OSError:
            continue
    return found


def _sources(context: Context) -> list[tuple[str, str]]:
    return [(root, path) for root, path in walk(context) if path.endswith(".py")]


FACTS = (
    Fact("code", "SHA-256 of the Python files of the project, by first folder", code),
    Fact("imports", "ast: modules that those Python files import", imports),
)
